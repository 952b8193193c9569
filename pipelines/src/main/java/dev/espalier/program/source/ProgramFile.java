package dev.espalier.program.source;

import dev.espalier.program.Program;
import dev.espalier.row.Problem;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
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
   * @throws InvalidProgramException with all that is wrong with them for every model
   */
  public static ProgramFile read(Path file) {
    return read(file, Optional.empty());
  }

  /**
   * Reads a program file and all that it calls.
   *
   * @param model that is to run it; a program that can be read is not checked against it yet
   * @throws InvalidProgramException with all that is wrong with them, for the model too
   */
  public static ProgramFile read(Path file, Optional<TargetModel> model) {
    Path absolute = file.toAbsolutePath();
    String name = String.valueOf(file.getFileName());
    String text;
    try {
      text = ProgramText.read(absolute);
    } catch (UnreadableFileException e) {
      throw new InvalidProgramException(
          List.of(
              new Problem(
                  file.toString(), "the file cannot be read: " + e.getMessage(), e.remedy())));
    }
    return parse(name, text, absolute.getParent(), model);
  }

  /**
   * Parses the text of a program file.
   *
   * @param name for messages
   * @param directory that paths of calls start from, and that they stay in
   * @throws InvalidProgramException with all that is wrong with the text and the files it calls
   */
  public static ProgramFile parse(String name, String text, Path directory) {
    return parse(name, text, directory, Optional.empty());
  }

  private static ProgramFile parse(
      String name, String text, Path directory, Optional<TargetModel> model) {
    ProgramReading reading = new ProgramReading(path -> ProgramText.below(directory, path), model);
    var unused = reading.read(name, text);
    return new ProgramFile(name, reading.texts());
  }

  @Override
  public String hash() {
    ContentHash hash = new ContentHash().add(name);
    texts.forEach((path, text) -> hash.add(path).add(text));
    return hash.hex();
  }

  @Override
  public Program load() {
    return readAgain().program();
  }

  @Override
  public List<FieldUse> rowFields() {
    return readAgain().fields();
  }

  @Override
  public ProgramCheck check(TargetModel model) {
    ProgramReading reading = reading();
    Problems problems = reading.problems();
    reading.read(name, texts.get(name)).modelUses().forEach(use -> use.check(model, problems));
    return new ProgramCheck(problems.all(), problems.warnings());
  }

  private FileReader.ReadFile readAgain() {
    return reading().read(name, texts.get(name));
  }

  private ProgramReading reading() {
    return new ProgramReading(path -> Optional.ofNullable(texts.get(path)), Optional.empty());
  }
}
