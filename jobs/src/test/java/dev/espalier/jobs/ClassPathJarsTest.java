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
    List<String> urls =
        ClassPathJars.of(
            String.join(File.pathSeparator, "first.jar", classes.toString(), "last.jar"),
            String.join(
                File.pathSeparator,
                classes.toString(),
                directory.resolve("nothing").toString(),
                directory.resolve("missing").toString(),
                "",
                "last.jar"));
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
}
