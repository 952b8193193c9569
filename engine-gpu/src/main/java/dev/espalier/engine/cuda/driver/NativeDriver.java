package dev.espalier.engine.cuda.driver;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.FileReason;
import dev.espalier.engine.scratch.PrivateDirectory;
import java.io.File;
import java.io.IOException;
import jcuda.driver.JCudaDriver;

/**
 * Loads JCuda's native library from a private directory. JCuda itself unpacks it to a fixed name in
 * the directory for temporary files, and takes the file of that name which it finds there, whoever
 * put it there.
 */
final class NativeDriver {
  private static final String TEMPORARY = "java.io.tmpdir";

  private static boolean loaded;

  private NativeDriver() {}

  /**
   * Loads the library, once; to be called before anything else of JCuda.
   *
   * @throws LinkageError if it cannot be loaded
   */
  static synchronized void load() {
    if (loaded) {
      return;
    }
    // The directory's name is read here and now, so it is changed for as long as that takes.
    // Java's own readers of it have kept its value since the first temporary file of each kind.
    String usual = System.getProperty(TEMPORARY);
    try (PrivateDirectory directory = PrivateDirectory.create()) {
      File.createTempFile("espalier-", null, directory.path().toFile());
      System.setProperty(TEMPORARY, directory.path().toString());
      JCudaDriver.setExceptionsEnabled(false);
      loaded = true;
    } catch (IOException e) {
      throw new EngineException(
          ErrorCode.DEVICE_UNAVAILABLE,
          "the directory for temporary files, which GPU libraries are loaded from, cannot be"
              + " written: "
              + FileReason.of(e),
          e);
    } finally {
      System.setProperty(TEMPORARY, usual);
    }
  }
}
