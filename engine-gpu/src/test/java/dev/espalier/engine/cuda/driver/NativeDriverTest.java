package dev.espalier.engine.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The GPU library is never taken from where another user may have put one. */
class NativeDriverTest {
  private static final String PLANTED = "libJCudaDriver-12.6.0-linux-x86_64.so";

  @TempDir private Path temporary;

  @Test
  void aLibraryInTheSharedDirectoryIsNeitherLoadedNorLeft() throws Exception {
    Path planted = Files.writeString(temporary.resolve(PLANTED), "no library");
    Process child =
        new ProcessBuilder(
                List.of(
                    System.getProperty("java.home") + File.separator + "bin/java",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "-Djava.io.tmpdir=" + temporary,
                    Loading.class.getName()))
            .redirectErrorStream(true)
            .start();
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor()).as(output).isZero();
    assertThat(output).doesNotContain("file too short").doesNotContain(temporary + "/lib");
    assertThat(planted).hasContent("no library");
    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left).containsExactly(planted);
    }
  }

  /** The program of the child: loads the library, which fails where there is no GPU's driver. */
  public static final class Loading {
    public static void main(String[] args) throws IOException {
      String temporary = System.getProperty("java.io.tmpdir");
      try {
        NativeDriver.load();
      } catch (LinkageError e) {
        System.out.println(e);
      }
      if (!System.getProperty("java.io.tmpdir").equals(temporary)) {
        throw new IllegalStateException("the directory for temporary files has another name");
      }
      Files.delete(Files.createTempFile("still", "works"));
    }
  }
}
