package dev.espalier.engine.scratch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PrivateDirectoryTest {

  @Test
  void onlyItsOwnerMayEnterAndNothingIsLeftOfIt() throws IOException {
    Path path;
    try (PrivateDirectory directory = PrivateDirectory.create()) {
      path = directory.path();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
          .isEqualTo("rwx------");
      Files.createDirectory(path.resolve("inside"));
      Files.writeString(path.resolve("inside/file"), "x");
    }
    assertThat(path).doesNotExist();
  }

  @Test
  void thatOfAKilledProcessIsDeletedByTheNextAndThatOfALivingOneIsNot() throws Exception {
    Child killed = new Child();
    Child living = new Child();
    try {
      killed.process.destroyForcibly().waitFor();
      assertThat(killed.directory).exists();
      try (PrivateDirectory own = PrivateDirectory.create();
          PrivateDirectory other = PrivateDirectory.create()) {
        assertThat(killed.directory).doesNotExist();
        assertThat(living.directory).exists();
        assertThat(own.path()).exists();
        assertThat(other.path()).exists();
      }
    } finally {
      living.process.destroyForcibly().waitFor();
    }
    PrivateDirectory.create().close();
    assertThat(living.directory).doesNotExist();
  }

  /** A process with a private directory, which waits to be killed. */
  private static final class Child {
    final Process process;
    final Path directory;

    Child() throws IOException {
      process =
          new ProcessBuilder(
                  List.of(
                      System.getProperty("java.home") + File.separator + "bin/java",
                      "-cp",
                      System.getProperty("java.class.path"),
                      "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"),
                      Waiting.class.getName()))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      BufferedReader output =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      directory = Path.of(output.readLine());
    }
  }

  /** The program of the child. */
  public static final class Waiting {
    public static void main(String[] args) throws Exception {
      Path path = PrivateDirectory.create().path();
      Files.writeString(path.resolve("file"), "x");
      // As a model's directory is hashed: to open and close the lock's file would give the lock up.
      try (Stream<Path> files = Files.walk(path)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Files.readAllBytes(file);
        }
      }
      System.out.println(path);
      Thread.sleep(Long.MAX_VALUE);
    }
  }
}
