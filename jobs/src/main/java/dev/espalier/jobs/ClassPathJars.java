package dev.espalier.jobs;

import dev.espalier.engine.scratch.PrivateDirectory;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** What travels to a cluster of a class path: jars, since Flink takes nothing else. */
final class ClassPathJars {
  private ClassPathJars() {}

  /**
   * The jars of a class path that are there and can be read, and one of each directory with
   * programs of the user's, which lasts as long as this process. No two have one name.
   *
   * @param programs the part of the class path that is the user's
   * @return URLs
   */
  static List<String> of(String classPath, String programs) throws IOException {
    List<String> urls = new ArrayList<>();
    Map<String, Path> named = new HashMap<>();
    PrivateDirectory made = null;
    for (String entry : classPath.split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      // Java passes over a jar that is not there; Flink's client waits for it without an end.
      if (!entry.endsWith(".jar") || !Files.isRegularFile(path) || !Files.isReadable(path)) {
        continue;
      }
      String name = path.getFileName().toString();
      Path first = named.putIfAbsent(name, path);
      if (first != null && Files.isSameFile(first, path)) {
        continue;
      }
      if (first != null) { // the later of two with one name would be the only one to arrive
        made = made == null ? PrivateDirectory.create() : made;
        path = Files.copy(path, made.path().resolve(urls.size() + "-" + name));
      }
      urls.add(path.toUri().toURL().toString());
    }
    for (String entry : programs.split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      if (!entry.isEmpty() && Files.isDirectory(path)) {
        made = made == null ? PrivateDirectory.create() : made;
        Path jar = made.path().resolve("classes-" + urls.size() + ".jar");
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
