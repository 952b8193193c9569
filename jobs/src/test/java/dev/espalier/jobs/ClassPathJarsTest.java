package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassPathJarsTest {
  @TempDir Path directory;

  @Test
  void classesOfADirectoryTravelAsAJar() throws Exception {
    String name = ClassPathJarsTest.class.getName().replace('.', '/') + ".class";
    Path classes = directory.resolve("classes");
    Path copy = classes.resolve(name);
    Files.createDirectories(copy.getParent());
    try (var in = ClassPathJarsTest.class.getClassLoader().getResourceAsStream(name)) {
      Files.copy(in, copy);
    }
    Files.createDirectories(directory.resolve("nothing"));
    String first = Files.createFile(directory.resolve("first.jar")).toString();
    String last = Files.createFile(directory.resolve("last.jar")).toString();
    List<String> urls =
        ClassPathJars.of(
            String.join(File.pathSeparator, first, classes.toString(), last),
            String.join(
                File.pathSeparator,
                classes.toString(),
                directory.resolve("nothing").toString(),
                directory.resolve("missing").toString(),
                "",
                last));
    assertThat(urls).hasSize(3);
    assertThat(urls.get(0)).startsWith("file:/").endsWith("/first.jar");
    assertThat(urls.get(1)).endsWith("/last.jar");
    URL[] made = {new URL(urls.get(2))};
    try (URLClassLoader loader = new URLClassLoader(made, null)) {
      assertThat(loader.findResource(name)).isNotNull();
      byte[] bytes = loader.getResourceAsStream(name).readAllBytes();
      assertThat(bytes).isEqualTo(Files.readAllBytes(copy));
    }
  }

  /** Flink's client waits without an end for a file that is missing. */
  @Test
  void jarsThatAreNotThereStayOut() throws Exception {
    Path there = Files.createFile(directory.resolve("there.jar"));
    Path named = Files.createDirectory(directory.resolve("directory.jar"));
    String missing = directory.resolve("missing.jar").toString();
    String path = String.join(File.pathSeparator, missing, there.toString(), named.toString());
    assertThat(ClassPathJars.of(path, "")).containsExactly(there.toUri().toURL().toString());
  }

  /** Flink knows the jars of a job by their names alone. */
  @Test
  void twoJarsOfOneNameBothTravel() throws Exception {
    Path one = Files.createDirectory(directory.resolve("one")).resolve("programs.jar");
    Path other = Files.createDirectory(directory.resolve("other")).resolve("programs.jar");
    Files.writeString(one, "one");
    Files.writeString(other, "other");
    String path = String.join(File.pathSeparator, one.toString(), other.toString(), one.toString());
    List<String> urls = ClassPathJars.of(path, "");
    assertThat(urls).hasSize(2);
    assertThat(urls.get(0)).isEqualTo(one.toUri().toURL().toString());
    Path travels = Path.of(new URL(urls.get(1)).toURI());
    assertThat(travels.getFileName()).isNotEqualTo(one.getFileName());
    assertThat(travels).hasContent("other");
  }
}
