package dev.espalier.engine.text;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.scratch.PrivateDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Loads the native library of Hugging Face's tokenizers from DJL's jar, once per class loader.
 *
 * <p>DJL's own loader keeps the library in the home directory, looks for CUDA first and downloads
 * another build when it finds one. Here the CPU build of the jar is copied to a private directory,
 * loaded and deleted: nothing is downloaded, nothing stays behind, and processes or class loaders
 * that do the same at once do not meet.
 */
final class NativeTokenizers {
  private static boolean loaded;

  private NativeTokenizers() {}

  /** The binding, its library loaded. */
  static synchronized TokenizersLibrary library() {
    if (!loaded) {
      load();
      loaded = true;
    }
    return TokenizersLibrary.LIB;
  }

  private static void load() {
    String file = System.mapLibraryName("tokenizers");
    String resource = "/native/lib/" + platform() + "/cpu/" + file;
    try (InputStream library = TokenizersLibrary.class.getResourceAsStream(resource)) {
      if (library == null) {
        throw unavailable("the jar has no " + resource, null);
      }
      // A loaded library stays mapped on Linux and macOS, the systems there are builds for.
      try (PrivateDirectory directory = PrivateDirectory.create()) {
        Path copy = directory.path().resolve(file);
        Files.copy(library, copy);
        System.load(copy.toString());
      }
    } catch (IOException | UnsatisfiedLinkError e) {
      throw unavailable(e.toString(), e);
    }
  }

  private static String platform() {
    OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
    String name = system.getName().toLowerCase(Locale.ROOT);
    String family = name.startsWith("linux") ? "linux" : name.startsWith("mac") ? "osx" : null;
    String processor =
        switch (system.getArch()) {
          case "amd64", "x86_64" -> "x86_64";
          case "aarch64", "arm64" -> "aarch64";
          default -> null;
        };
    if (family == null || processor == null) {
      throw unavailable("there is none for " + system.getName() + " on " + system.getArch(), null);
    }
    return family + "-" + processor;
  }

  private static EngineException unavailable(String reason, Throwable cause) {
    return new EngineException(
        ErrorCode.DEVICE_UNAVAILABLE,
        "the native tokenizer library cannot be loaded: "
            + reason
            + "; it needs Linux (x86_64, aarch64) or macOS (aarch64) and a temporary directory"
            + " that is writable and not mounted noexec (java.io.tmpdir)",
        cause);
  }
}
