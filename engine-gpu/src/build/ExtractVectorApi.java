import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Copies the class files that {@code jdk.incubator.vector} is compiled against, from the running JDK
 * into a directory: the module itself, and the package of {@code java.base} that its public classes
 * extend.
 */
class ExtractVectorApi {
  public static void main(String[] args) throws IOException {
    Path destination = Path.of(args[0]);
    Path modules = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules");
    copy(modules.resolve("jdk.incubator.vector"), "jdk", destination);
    copy(modules.resolve("java.base"), "jdk/internal/vm/vector", destination);
  }

  private static void copy(Path module, String directory, Path destination) throws IOException {
    try (Stream<Path> files = Files.walk(module.resolve(directory))) {
      for (Path file : (Iterable<Path>) files.filter(ExtractVectorApi::isClass)::iterator) {
        Path copy = destination.resolve(module.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.write(copy, Files.readAllBytes(file));
      }
    }
  }

  private static boolean isClass(Path file) {
    return file.toString().endsWith(".class");
  }
}
