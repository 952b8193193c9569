package dev.espalier.jobs.schedule.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.io.FileProblemException;
import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScheduleLogTest {
  @TempDir Path directory;

  private static Storage local() throws IOException {
    return StorageOptions.defaults().open("");
  }

  private String log() {
    return directory.resolve("log").toString();
  }

  @Test
  void onlyTheLastOwnerWrites() throws IOException {
    ScheduleLogContract.check(local(), log());
  }

  /** On file systems that create first and write then, a process may end between the two. */
  @Test
  void aChangeThatWasNotWrittenToItsEndDidNotHappen() throws IOException {
    ScheduleLog first = ScheduleLog.open(local(), log(), 1);
    first.append(new Change.Builder("known").job(JobRecord.first("a", 5)), 2);
    Files.writeString(directory.resolve("log/0000000003.change"), "{\"what\": \"kno");
    assertThat(ScheduleLog.read(local(), log()).jobs()).containsOnlyKeys("a");
    ScheduleLog second = ScheduleLog.open(local(), log(), 3);
    assertThat(second.state().number()).isEqualTo(4);
    // It is written to its end after all; that changes nothing any more.
    Files.writeString(
        directory.resolve("log/0000000003.change"), "{\"what\": \"x\", \"left\": [\"a\"]}");
    assertThat(ScheduleLog.read(local(), log())).isEqualTo(second.state());
  }

  @Test
  void aLogThatLacksAPartIsNotReadAsIfItWereWhole() throws IOException {
    ScheduleLog log = ScheduleLog.open(local(), log(), 1);
    log.append(new Change.Builder("known").job(JobRecord.first("a", 5)), 2);
    log.append(new Change.Builder("known").job(JobRecord.first("b", 5)), 2);
    Files.delete(directory.resolve("log/0000000002.change"));
    assertThatThrownBy(() -> ScheduleLog.read(local(), log()))
        .isInstanceOf(FileProblemException.class)
        .hasMessageContaining("lacks a part");
  }

  /** Only what can take effect no more: the next number may be being written by another process. */
  @Test
  void whatAKilledProcessWroteAsideGoes() throws IOException {
    ScheduleLog.open(local(), log(), 1);
    for (String name : List.of("0000000001.change", "0000000001.state", "0000000003.change")) {
      Files.writeString(directory.resolve("log/" + name + ".3f1c.tmp"), "{");
    }
    ScheduleLog.open(local(), log(), 3);
    assertThat(local().list(log()))
        .extracting(file -> file.path().substring(log().length() + 1))
        .containsExactlyInAnyOrder("0000000002.state", "0000000003.change.3f1c.tmp");
  }

  @Test
  void aRecordOfALaterVersionIsReadWithoutWhatIsNotKnown() throws IOException {
    Files.createDirectories(directory.resolve("log"));
    Files.writeString(
        directory.resolve("log/0000000001.change"),
        "{\"what\": \"known\", \"later\": 1, \"jobs\": [{\"name\": \"a\", \"cursor\": 7,"
            + " \"more\": {}}]}");
    assertThat(ScheduleLog.read(local(), log()).jobs().get("a").cursor()).isEqualTo(7);
  }

  /** What a disk has lost is not taken for a change that did not happen. */
  @Test
  void aLogWithADamagedPartIsNotReadAsIfItWereWhole() throws IOException {
    ScheduleLog log = ScheduleLog.open(local(), log(), 1);
    log.append(new Change.Builder("known").job(JobRecord.first("a", 5)), 2);
    log.append(new Change.Builder("known").job(JobRecord.first("b", 5)), 2);
    Path change = directory.resolve("log/0000000002.change");
    String text = Files.readString(change);
    for (String damaged : List.of("", text.substring(0, text.length() / 2), "null")) {
      Files.writeString(change, damaged);
      assertThatThrownBy(() -> ScheduleLog.read(local(), log()))
          .isInstanceOf(FileProblemException.class)
          .hasMessageContaining("damaged");
    }
    Files.writeString(change, text);
    assertThat(ScheduleLog.open(local(), log(), 3).state().jobs()).containsOnlyKeys("a", "b");
    Path state = directory.resolve("log/0000000004.state");
    Files.writeString(state, Files.readString(state).substring(0, 10));
    assertThatThrownBy(() -> ScheduleLog.open(local(), log(), 4))
        .isInstanceOf(FileProblemException.class)
        .hasMessageContaining("damaged");
  }
}
