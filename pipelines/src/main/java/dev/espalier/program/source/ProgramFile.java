package dev.espalier.program.source;

import dev.espalier.program.Program;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A program file with all the files that it calls, so that nothing else is needed to run it.
 *
 * <p>A file is YAML: {@code vars}, constants; {@code parameters}, what a caller gives; and {@code
 * steps}, a list. Texts may have Jinja, conditions are expressions of Jinja. A field of the row is
 * {@code row.name}; constants, loop variables and values are known by their names.
 *
 * <pre>{@code
 * vars:
 *   policy: Sort support tickets.
 * steps:
 *   - system: "{{ policy }}"
 *   - user: "{{ row.body }}"
 *   - select: category
 *     choices: [billing, shipping]
 *   - gen: urgency
 *     regex: "[1-5]"
 *     type: integer
 *   - if: urgency >= 4
 *     then:
 *       - user: Reply in numbered steps.
 *       - {gen: reply, maxTokens: 120}
 *     else:
 *       - user: Reply in one sentence.
 *       - {gen: reply, maxTokens: 40}
 * }</pre>
 *
 * <p>Further steps: {@code assistant}; text without a role, which makes a prompt without roles or
 * goes on in the open turn; {@code special}, a special token; {@code fork} with {@code steps},
 * {@code name} and {@code index}; {@code join}; {@code for} with {@code in} and {@code steps};
 * {@code set} with {@code to} and {@code type}; {@code call} with {@code name} and {@code with}.
 * The fields of {@code gen} and {@code select} are named as in {@link
 * dev.espalier.program.Options}; {@code steps.reply.logprob} and {@code finish_reason} say how a
 * value came to be.
 *
 * @param name of the file that runs
 * @param texts of all files by path, relative to the directory of the main file
 */
public record ProgramFile(String name, SortedMap<String, String> texts) implements ProgramSource {

  public ProgramFile {
    texts = Collections.unmodifiableSortedMap(new TreeMap<>(texts));
  }

  /**
   * Reads a program file and all that it calls.
   *
   * @throws InvalidProgramException with all that is wrong with them
   */
  public static ProgramFile read(Path file) {
    Path directory = file.toAbsolutePath().getParent();
    String name = String.valueOf(file.getFileName());
    try {
      return parse(name, Files.readString(file), directory);
    } catch (IOException e) {
      Problems problems = new Problems();
      problems.add(
          name, 1, 1, "the file cannot be read: " + reason(e), "mend its path or encoding");
      problems.throwIfAny();
      throw new AssertionError(e);
    }
  }

  /**
   * Parses the text of a program file.
   *
   * @param name for messages
   * @param directory that paths of calls start from
   * @throws InvalidProgramException with all that is wrong with the text and the files it calls
   */
  public static ProgramFile parse(String name, String text, Path directory) {
    ProgramReading reading =
        new ProgramReading(
            path -> {
              Path file = directory.resolve(path);
              try {
                return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
              } catch (IOException e) {
                throw new CallFailedException(reason(e));
              }
            });
    reading.read(name, text);
    return new ProgramFile(name, reading.texts());
  }

  /** Why a file cannot be read, thrown through the lookup of called files. */
  static final class CallFailedException extends RuntimeException {
    CallFailedException(String message) {
      super(message);
    }
  }

  private static String reason(IOException e) {
    return e instanceof CharacterCodingException ? "it is not UTF-8" : e.toString();
  }

  @Override
  public String hash() {
    ContentHash hash = new ContentHash().add(name);
    texts.forEach((path, text) -> hash.add(path).add(text));
    return hash.hex();
  }

  @Override
  public Program load() {
    ProgramReading reading = new ProgramReading(path -> Optional.ofNullable(texts.get(path)));
    return reading.read(name, texts.get(name));
  }
}
