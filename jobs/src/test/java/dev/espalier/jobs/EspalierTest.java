package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class EspalierTest {

  @Test
  void choicesAreWrittenAsInAJobFile() {
    for (String weights : new String[] {"int8", "INT8", "checkpoint"}) {
      assertThatCode(
              () -> Espalier.commandLine().parseArgs("bench", "engine", "--weights", weights))
          .doesNotThrowAnyException();
    }
    assertThatCode(
            () ->
                Espalier.commandLine()
                    .parseArgs("bench", "gpu", "--shape", "qwen3-8b", "--dtype", "float32"))
        .doesNotThrowAnyException();
  }

  @Test
  void aChoiceThatThereIsNotNamesThoseThatThereAre() {
    StringWriter message = new StringWriter();
    CommandLine command = Espalier.commandLine().setErr(new PrintWriter(message));
    assertThat(command.execute("bench", "engine", "--weights", "int4"))
        .isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(message.toString()).containsIgnoringCase("int8").contains("int4");
  }
}
