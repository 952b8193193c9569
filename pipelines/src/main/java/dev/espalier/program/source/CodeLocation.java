package dev.espalier.program.source;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * A jar or a folder that classes are loaded from.
 *
 * @param path of it
 */
record CodeLocation(Path path) {

  /** What to do with a file of a location. */
  interface Visitor {
    void visit(String name, byte[] bytes) throws IOException;
  }

  /**
   * Where a resource comes from; empty unless it is a file, or in a jar that is one.
   *
   * @param name of the resource, with slashes
   */
  static Optional<CodeLocation> of(URL resource, String name) {
    try {
      if (resource.getProtocol().equals("jar")
          && resource.openConnection() instanceof JarURLConnection jar
          && jar.getJarFileURL().getProtocol().equals("file")) {
        return Optional.of(new CodeLocation(Path.of(jar.getJarFileURL().toURI())));
      } else if (resource.getProtocol().equals("file")) {
        URI uri = resource.toURI();
        Path folder = Path.of(uri);
        for (int i = name.split("/", -1).length; i > 0; i--) {
          folder = folder.getParent();
        }
        return Optional.of(new CodeLocation(folder));
      }
    } catch (IOException | URISyntaxException e) {
      return Optional.empty();
    }
    return Optional.empty();
  }

  /** Visits all files, in the order of their names. */
  void visit(Visitor visitor) throws IOException {
    if (Files.isDirectory(path)) {
      visitFolder(visitor);
    } else {
      visitJar(visitor);
    }
  }

  private void visitFolder(Visitor visitor) throws IOException {
    SortedMap<String, Path> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(path)) {
      all.filter(Files::isRegularFile)
          .forEach(file -> files.put(path.relativize(file).toString().replace('\\', '/'), file));
    }
    for (var file : files.entrySet()) {
      visitor.visit(file.getKey(), Files.readAllBytes(file.getValue()));
    }
  }

  private void visitJar(Visitor visitor) throws IOException {
    try (JarFile jar = new JarFile(path.toFile(), false)) {
      SortedMap<String, JarEntry> entries = new TreeMap<>();
      for (Enumeration<JarEntry> all = jar.entries(); all.hasMoreElements(); ) {
        JarEntry entry = all.nextElement();
        if (!entry.isDirectory()) {
          entries.put(entry.getName(), entry);
        }
      }
      for (var entry : entries.entrySet()) {
        try (InputStream in = jar.getInputStream(entry.getValue())) {
          visitor.visit(entry.getKey(), in.readAllBytes());
        }
      }
    }
  }
}
