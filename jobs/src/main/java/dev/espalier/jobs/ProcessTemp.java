package dev.espalier.jobs;

import dev.espalier.engine.scratch.PrivateDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;

/**
 * A directory for all temporary files of this process: those of libraries too, since the JVM is
 * told that it is the temporary directory. See {@link PrivateDirectory} for its end.
 */
final class ProcessTemp {
  private static final String PROPERTY = "java.io.tmpdir";
  private static final String PREFIX = "espalier-process-";

  private ProcessTemp() {}

  /**
   * Removes what dead processes left and makes this one's directory: the one that the JVM was
   * started with, if its name is such a directory's. Without one, if the temporary directory cannot
   * be written, everything stays as it is: who needs a file will say so.
   */
  static void use() {
    try {
      Path named = Path.of(System.getProperty(PROPERTY)).toAbsolutePath();
      if (named.getFileName() != null && named.getFileName().toString().startsWith(PREFIX)) {
        sweep(named.getParent());
        var unused = PrivateDirectory.take(named); // until the process ends
        return;
      }
      sweep(named);
      Path own = named.resolve(PREFIX + UUID.randomUUID());
      PrivateDirectory.take(own)
          .ifPresent(taken -> System.setProperty(PROPERTY, taken.path().toString()));
    } catch (IOException e) {
      // As said above.
    }
  }

  /** Removes the directories of processes that have ended. */
  static void sweep(Path parent) {
    PrivateDirectory.deleteAbandoned(parent, PREFIX);
  }
}
