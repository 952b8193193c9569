package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.jobs.progress.JobProgress;
import dev.espalier.jobs.progress.ProgressLine;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What appears on a terminal, and what in a file, by a clock of its own. */
class ProgressPrinterTest {
  private final AtomicLong nanos = new AtomicLong();
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private Optional<String> plan = Optional.empty();

  @Test
  void aFileGetsALineEveryMinute() {
    try (ProgressPrinter printer = printer(false)) {
      for (int second = 0; second < 150; second++) {
        printer.tick();
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
      }
    }
    assertThat(written.toString(StandardCharsets.UTF_8))
        .isEqualTo("reading | 0 rows\nreading | 0 rows\n");
  }

  @Test
  void aTerminalGetsOneLineThatIsWrittenOver() {
    try (ProgressPrinter printer = printer(true)) {
      printer.tick();
      plan = Optional.of("the plan");
      printer.tick();
      printer.tick();
    }
    String line = "\rreading | 0 rows";
    String clear = "\r" + " ".repeat(line.length() - 1) + "\r";
    assertThat(written.toString(StandardCharsets.UTF_8))
        .isEqualTo(line + clear + "the plan\n" + line + line + clear);
  }

  @Test
  void thePlanIsToldOnceAlsoWhenAllEndsBeforeTheNextLine() {
    try (ProgressPrinter printer = printer(false)) {
      printer.tick();
      plan = Optional.of("the plan");
    }
    assertThat(written.toString(StandardCharsets.UTF_8)).isEqualTo("the plan\n");
  }

  private ProgressPrinter printer(boolean terminal) {
    return new ProgressPrinter(
        () -> JobProgress.NONE,
        () -> plan,
        new ProgressLine(64),
        terminal,
        new PrintStream(written, true, StandardCharsets.UTF_8),
        nanos::get);
  }
}
