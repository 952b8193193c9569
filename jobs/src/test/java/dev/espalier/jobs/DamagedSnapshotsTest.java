package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.io.read.ReadOptions;
import dev.espalier.io.read.RecordScan;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is damaged or gone of snapshots is made whole, or said. */
class DamagedSnapshotsTest extends SnapshotJob {
  @Test
  void whatIsDamagedIsComputedAgain() throws IOException {
    refresh(0);
    put("r1", "Another question", "en");
    refresh(0);
    Map<String, String> whole = folder.hashes("out/" + current());
    run(0, "snapshots", out(), "restore", "1");
    for (Path kept : kept("out/snapshots/1/_espalier", "rows-part")) {
      damage(kept);
    }
    for (Path kept : kept("out/_espalier/steps", "bucket")) {
      damage(kept);
    }
    refresh(0);
    assertThat(folder.hashes("out/" + current())).isEqualTo(whole);
    assertThat(report().get("unchanged").asInt()).isLessThan(6);
  }

  private List<Path> kept(String place, String prefix) throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve(place))) {
      return files.filter(file -> file.getFileName().toString().startsWith(prefix)).toList();
    }
  }

  /** Turns a bit in the middle over. */
  private static void damage(Path path) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.seek(file.length() / 3);
      int was = file.read();
      file.seek(file.length() / 3);
      file.write(was ^ 1);
    }
  }

  @Test
  void aSnapshotOfWhichFilesAreGoneIsMadeAgain() throws IOException {
    refresh(0);
    put("r1", "Another question", "en");
    refresh(0);
    Map<String, String> whole = folder.hashes("out/" + current());
    List<String> files = List.of("part-00000-of-00002.parquet", "_manifest.json", "_espalier", "");
    for (int i = 0; i < files.size(); i++) {
      String before = current();
      delete(directory.resolve("out/" + before).resolve(files.get(i)));
      if (!files.get(i).equals("_espalier")) { // without that it can be read all the same
        assertThat(run(2, "snapshots", out(), "--path").err()).contains("are gone", "restore");
        refresh(0);
        assertThat(current()).as(files.get(i)).isNotEqualTo(before);
      }
      assertThat(folder.hashes("out/" + current())).as(files.get(i)).isEqualTo(whole);
    }
    Files.writeString(directory.resolve("out/CURRENT"), "snapshots/77\n");
    assertThat(run(0, "snapshots", out()).out())
        .contains("CURRENT names snapshot 77, unknown here");
    Files.delete(directory.resolve("out/CURRENT"));
    assertThat(run(0, "snapshots", out()).out()).contains("none is current");
    assertThat(run(2, "snapshots", out(), "--path").err()).contains("has no current snapshot");
    refresh(0);
    assertThat(folder.hashes("out/" + current())).isEqualTo(whole);
    delete(directory.resolve("out/snapshots/1/part-00001-of-00002.parquet"));
    assertThat(run(2, "snapshots", out(), "restore", "1").err()).contains("files of it are gone");
  }

  @Test
  void aDamagedCurrentIsMendedByRestore() throws IOException {
    refresh(0);
    put("r1", "Another question", "en");
    refresh(0);
    for (String damaged : List.of("", "snapshots/2", "?\n")) {
      folder.write("out/CURRENT", damaged);
      assertThat(run(0, "snapshots", out()).out())
          .contains("  1 ", "  2 ", "out/CURRENT: does not name a snapshot", "restore N")
          .doesNotContain("* ");
      for (String command : List.of("refresh", "run", "plan")) {
        assertThat(run(2, command, job).err())
            .contains("job.yaml:4", "out/CURRENT: does not name a snapshot")
            .contains("espalier snapshots TABLE restore N");
      }
      assertThat(run(2, "snapshots", out(), "--path").err()).contains("restore N");
      assertThat(run(2, "snapshots", out(), "restore", "3").err()).contains("there are 1, 2");
      run(0, "snapshots", out(), "restore", "2");
      assertThat(folder.read("out/CURRENT")).isEqualTo("snapshots/2\n");
    }
    folder.write("out/CURRENT", "snapshots/77\n");
    run(0, "snapshots", out(), "restore", "2");
    assertThat(refresh(0).out()).contains("nothing to do");
  }

  @Test
  void aTableIsTakenOverAlsoIfCurrentNamesASnapshotThatIsGone() throws IOException {
    run(0, "run", job);
    folder.write("out/CURRENT", "snapshots/7\n");
    assertThat(refresh(0).out()).contains("nothing to do");
    assertThat(current()).isEqualTo("snapshots/8");
    assertThat(folder.hashes("out")).isEmpty();
  }

  /** The process ended before it wrote down what it had made current, and CURRENT was lost. */
  @Test
  void aSnapshotThatMayHaveBeenCurrentIsNotRemovedIfCurrentIsLost() throws IOException {
    refresh(0);
    put("r1", "Another question", "en");
    refresh(0);
    String facts = "out/snapshots/2/_espalier/snapshot.json";
    folder.write(facts, folder.read(facts).replaceFirst("\\{", "{\"undecided\": true,"));
    assertThat(run(0, "snapshots", out()).out()).contains("not decided yet");
    Files.delete(directory.resolve("out/CURRENT"));
    run(0, "snapshots", out(), "restore", "2");
    assertThat(current()).isEqualTo("snapshots/2");
    assertThat(run(0, "snapshots", out()).out()).doesNotContain("not decided yet");
    assertThat(refresh(0).out()).contains("nothing to do");
  }

  @Test
  void whatIsDamagedIsMadeWholeByTheNextRefreshAndTellsNoUntruth() throws IOException {
    refresh(0);
    List<Path> kept = kept("out/snapshots/1/_espalier", "rows-part");
    damage(kept.get(0));
    Files.delete(kept.get(1));
    put("r7", "Question 7", "en");
    refresh(0);
    Map<String, String> changes = changes();
    assertThat(changes).containsEntry("r7", "new").doesNotContainValue("deleted");
    changes.remove("r7");
    assertThat(changes).as("what was there is not new").doesNotContainValue("new");
    put("r8", "Question 8", "en");
    refresh(0);
    assertThat(report().get("unchanged").asInt()).isEqualTo(7);
    assertThat(changes()).isEqualTo(Map.of("r8", "new"));
  }

  private Map<String, String> changes() throws IOException {
    Map<String, String> changes = new TreeMap<>();
    RecordScan.forEach(
        ReadOptions.of(directory.resolve("out/" + current()) + "/_espalier/changes.parquet")
            .withIdField("key"),
        row -> changes.put(row.id(), (String) row.fields().get("kind")));
    return changes;
  }

  @Test
  void whatIsDamagedOfFactsKeepsNoTableFromBeingMade() throws IOException {
    refresh(0);
    put("r7", "Question 7", "en");
    refresh(0);
    folder.write("out/snapshots/1/_espalier/snapshot.json", "{");
    Path parts = directory.resolve("out/snapshots/2/_espalier/parts.json");
    Files.writeString(parts, Files.readString(parts).replace("\"rows\" : ", "\"rows\" : 1"));
    put("r8", "Question 8", "en");
    refresh(0);
    run(0, "run", job, "--set", "output.path=whole");
    assertThat(folder.hashes("out/" + current())).isEqualTo(folder.hashes("whole"));
    assertThat(folder.read("out/" + current() + "/_manifest.json"))
        .isEqualTo(folder.read("whole/_manifest.json"));
    assertThat(run(0, "snapshots", out()).out()).contains("* 3 ").doesNotContain("\n  1 ");
    assertThat(directory.resolve("out/snapshots/1/_manifest.json")).exists();
  }
}
