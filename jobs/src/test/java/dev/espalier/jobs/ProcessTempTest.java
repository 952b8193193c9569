package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a killed process leaves in the temporary directory, the next one removes. */
class ProcessTempTest {
  @TempDir Path temporary;

  @Test
  void theLeftoversOfTheDeadGoAndTheFilesOfTheLivingStay() throws Exception {
    Path strangers = Files.writeString(temporary.resolve("espalier-process-notes.txt"), "mine");
    try (ChildCommand killed = ChildCommand.start(temporary, Holder.class)) {
      assertThat(killed.readLine()).isEqualTo("ready");
      killed.kill();
    }
    assertThat(names()).hasSize(3);
    try (ChildCommand living = ChildCommand.start(temporary, Holder.class)) {
      assertThat(living.readLine()).isEqualTo("ready");
      assertThat(names()).as("of the killed one").hasSize(3);
      ProcessTemp.sweep(temporary);
      assertThat(names()).as("of the living one").hasSize(3);
      try (Stream<Path> files = Files.walk(temporary)) {
        assertThat(files.filter(file -> file.getFileName().toString().endsWith(".held")))
            .hasSize(1);
      }
      living.terminate();
    }
    assertThat(names()).containsExactly(strangers.getFileName().toString());
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(temporary)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** Has a temporary file until it ends. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws Exception {
      ProcessTemp.use();
      Files.createTempFile("some", ".held");
      System.out.println("ready");
      Thread.sleep(Long.MAX_VALUE);
    }
  }
}
