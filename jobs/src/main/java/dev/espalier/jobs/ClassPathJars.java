package dev.espalier.jobs;

import dev.espalier.engine.scratch.PrivateDirectory;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** What travels to a cluster of a class path: jars, since Flink takes nothing else. */
final class ClassPathJars {
  private ClassPathJars() {}

  /**
   * The jars of a class path, and one of each directory with programs of the user's, which lasts as
   * long as this process.
   *
   * @param programs the part of the class path that is the user's
   * @return URLs
   */
  static List<String> of(String classPath, String programs) throws IOException {
    List<String> urls = new ArrayList<>();
    for (String entry : classPath.split(File.pathSeparator, -1)) {
      if (entry.endsWith(".jar")) {
        urls.add(Path.of(entry).toUri().toURL().toString());
      }
    }
    Path made = null;
    for (String entry : programs.split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      if (!entry.isEmpty() && Files.isDirectory(path)) {
        if (made == null) {
          made = PrivateDirectory.create().path();
        }
        Path jar = made.resolve("classes-" + urls.size() + ".jar");
        if (write(path, jar)) {
          urls.add(jar.toUri().toURL().toString());
        }
      }
    }
    return urls;
  }

  /** Whether there was anything to write: a jar without entries cannot be read. */
  private static boolean write(Path directory, Path jar) throws IOException {
    try (Stream<Path> found = Files.walk(directory)) {
      List<Path> files = found.filter(Files::isRegularFile).sorted().toList();
      if (files.isEmpty()) {
        return false;
      }
      try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
        for (Path file : files) {
          String name = directory.relativize(file).toString().replace(File.separatorChar, '/');
          out.putNextEntry(new JarEntry(name));
          Files.copy(file, out);
          out.closeEntry();
        }
      }
      return true;
    }
  }
}
