package dev.espalier.jobs.schedule.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.io.storage.Storage;
import java.io.IOException;

/** What a log promises on every storage. */
public final class ScheduleLogContract {
  private ScheduleLogContract() {}

  /**
   * @param directory that is not there yet
   */
  public static void check(Storage storage, String directory) throws IOException {
    assertThat(ScheduleLog.read(storage, directory)).isEqualTo(ScheduleState.EMPTY);
    ScheduleLog first = ScheduleLog.open(storage, directory, 1);
    first.append(new Change.Builder("known").job(JobRecord.first("a", 5)), 2);
    assertThat(ScheduleLog.read(storage, directory)).isEqualTo(first.state());

    ScheduleLog second = ScheduleLog.open(storage, directory, 3);
    assertThat(second.state().jobs()).containsOnlyKeys("a");
    assertRefused(first, storage, directory, second);
    // So many that numbers are free again that the first takes for the next.
    for (int change = 0; change < 70; change++) {
      second.append(new Change.Builder("known").job(JobRecord.first("b" + change, change)), 4);
    }
    assertRefused(first, storage, directory, second);
    assertThat(second.state().jobs()).hasSize(71);
    second.check();
  }

  private static void assertRefused(
      ScheduleLog former, Storage storage, String directory, ScheduleLog owner) throws IOException {
    assertThatThrownBy(() -> former.append(new Change.Builder("known").left("a"), 9))
        .isInstanceOf(LogOvertakenException.class);
    assertThatThrownBy(former::check).isInstanceOf(LogOvertakenException.class);
    assertThat(ScheduleLog.read(storage, directory)).isEqualTo(owner.state());
  }
}
