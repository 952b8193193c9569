package dev.espalier.jobs;

import dev.espalier.io.FileProblemException;
import dev.espalier.io.read.SourceFile;
import dev.espalier.io.storage.Glob;
import dev.espalier.io.storage.StorageOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Finds a table that would stand in what it is made of, or the other way round. */
final class Overlap {
  /** Files of a table that readers look for, one of each kind. */
  private static final List<String> FILES =
      List.of(
          "part-00000-of-00001.parquet",
          "part-00000-of-00001-g1.parquet",
          "snapshots/1/part-00000-of-00001.parquet",
          "CURRENT");

  private Overlap() {}

  /**
   * What overlaps, as a sentence.
   *
   * @param files of the input
   * @param model a directory, or the name of a built-in one
   */
  static Optional<String> of(String output, String input, List<SourceFile> files, String model) {
    String place = directory(output);
    for (SourceFile file : files) {
      if (directory(file.path()).startsWith(place)) {
        return Optional.of("output.path holds a file of the input, " + file.path());
      }
    }
    Optional<String> taken = takenByPattern(place, input, files);
    if (taken.isPresent()) {
      return Optional.of(
          "input.path is a pattern that takes a file of the table, "
              + taken.get()
              + ": the next run would read it");
    }
    // A file can be no directory above; a pattern's own files were looked at above.
    if (!input.isEmpty() && place.startsWith(directory(input))) {
      return Optional.of("output.path is in the directory of the input, " + input);
    }
    if (!model.isEmpty() && !model.startsWith("builtin:") && place.startsWith(directory(model))) {
      return Optional.of("output.path is in the directory of the model, " + model);
    }
    return Optional.empty();
  }

  private static Optional<String> takenByPattern(
      String place, String input, List<SourceFile> files) {
    boolean isName = files.stream().anyMatch(file -> (file.path() + "/").startsWith(input + "/"));
    if (isName || !Glob.isGlob(input)) {
      return Optional.empty();
    }
    Glob glob;
    try {
      glob = Glob.parse(input);
    } catch (FileProblemException e) {
      return Optional.empty(); // whoever reads it says it
    }
    String root = directory(glob.root());
    if (!place.startsWith(root)) {
      return Optional.empty();
    }
    String below = place.substring(root.length());
    return FILES.stream().filter(file -> glob.takes(below + file)).findFirst();
  }

  /** The path of a directory in one spelling, with a slash at its end. */
  private static String directory(String path) {
    String spelled = path;
    if (StorageOptions.isLocal(path)) {
      spelled = real(StorageOptions.localPath(path));
    }
    return spelled.replaceAll("/+$", "") + "/";
  }

  /** Without symbolic links, as far as the path is there. */
  private static String real(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    for (Path above = absolute; above != null; above = above.getParent()) {
      try {
        return above.toRealPath().resolve(above.relativize(absolute)).toString();
      } catch (IOException e) {
        // Not there: look further up.
      }
    }
    return absolute.toString();
  }
}
