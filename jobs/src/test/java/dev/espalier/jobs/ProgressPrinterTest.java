package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.jobs.ProgressPrinter.Snapshot;
import org.junit.jupiter.api.Test;

class ProgressPrinterTest {

  @Test
  void ratesAreOfTheLastIntervalAndTheTimeLeftOfTheWholeRun() {
    Snapshot before = new Snapshot(100, 10, 0, 1000, 500, 100);
    Snapshot now = new Snapshot(100, 20, 1, 3000, 2400, 300);
    assertThat(ProgressPrinter.line(before, now, 2, 40))
        .isEqualTo(
            "20/100 rows, 1 failed | in 1000 tok/s, out 100 tok/s | prefix hits 80.0% | left 2:40");
  }

  @Test
  void nothingIsClaimedBeforeAnythingIsKnown() {
    Snapshot nothing = new Snapshot(0, 0, 0, 0, 0, 0);
    assertThat(ProgressPrinter.line(nothing, nothing, 0.5, 0.5))
        .isEqualTo("0/? rows, 0 failed | in 0 tok/s, out 0 tok/s | prefix hits 0.0% | left --:--");
  }
}
