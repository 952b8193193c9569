package dev.espalier.program.source;

import dev.espalier.yaml.YamlLimits;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Reads the texts of program files. */
final class ProgramText {
  /** A character takes up to four bytes. */
  private static final long MOST_BYTES = 4L * YamlLimits.DEFAULT.characters();

  private ProgramText() {}

  /**
   * @throws UnreadableFileException if it is not there, or no text
   */
  static String read(Path file) {
    try {
      if (!Files.exists(file)) {
        throw new UnreadableFileException("there is no such file", "mend its path");
      } else if (!Files.isRegularFile(file)) {
        throw new UnreadableFileException("it is no file", "name a file");
      } else if (Files.size(file) > MOST_BYTES) {
        throw new UnreadableFileException(
            "it has more than " + MOST_BYTES + " bytes", "move data to files of rows");
      }
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new UnreadableFileException("it is not UTF-8", "save it as UTF-8");
    } catch (AccessDeniedException e) {
      throw new UnreadableFileException("its permissions forbid it", "allow reading it");
    } catch (IOException e) {
      throw new UnreadableFileException("the disk failed", "try again, or copy the file");
    }
  }

  /**
   * The text of a called file, which links must not lead out of the program's folder.
   *
   * @param path relative to {@code folder}
   * @return empty if there is no such file
   */
  static Optional<String> below(Path folder, String path) {
    Path file = folder.resolve(path);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      if (!file.toRealPath().startsWith(folder.toRealPath())) {
        throw new UnreadableFileException(
            "a link leads out of the program's folder", "put the file itself into the folder");
      }
    } catch (IOException e) {
      throw new UnreadableFileException("its path cannot be followed", "mend its links");
    }
    return Optional.of(read(file));
  }
}
