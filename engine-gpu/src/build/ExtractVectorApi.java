import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Copies the class files of {@code jdk.incubator.vector} from the running JDK into a directory. */
class ExtractVectorApi {
  public static void main(String[] args) throws IOException {
    Path destination = Path.of(args[0]);
    Path module =
        FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules/jdk.incubator.vector");
    try (Stream<Path> files = Files.walk(module)) {
      for (Path file : (Iterable<Path>) files.filter(ExtractVectorApi::isPackageClass)::iterator) {
        Path copy = destination.resolve(module.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.write(copy, Files.readAllBytes(file));
      }
    }
  }

  private static boolean isPackageClass(Path file) {
    return file.toString().endsWith(".class") && !file.endsWith("module-info.class");
  }
}
