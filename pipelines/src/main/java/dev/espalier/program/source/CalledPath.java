package dev.espalier.program.source;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Paths of called files: below the program's folder, relative to the file that calls. */
final class CalledPath {
  private CalledPath() {}

  /**
   * The path relative to the program's folder, with slashes; empty if it is not below it.
   *
   * @param path as written
   * @param caller path of the calling file, relative to the folder
   */
  static Optional<String> of(String path, String caller) {
    try {
      Path written = Path.of(path.replace('\\', '/'));
      Path directory = Path.of(caller).getParent();
      Path target = (directory == null ? written : directory.resolve(written)).normalize();
      boolean isBelow =
          !written.isAbsolute()
              && !path.contains(":")
              && !target.startsWith("..")
              && !target.toString().isEmpty();
      return isBelow ? Optional.of(target.toString().replace('\\', '/')) : Optional.empty();
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }
}
