package dev.espalier.io.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.io.storage.StorageOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  @TempDir Path directory;
  private Journal journal;

  @BeforeEach
  void newJournal() {
    journal = new Journal(directory.resolve("a/journal").toString(), StorageOptions.defaults());
  }

  @Test
  void whatIsAppendedIsReadAtOnce() throws IOException {
    assertThat(journal.read((key, payload) -> {})).isEqualTo(JournalSummary.EMPTY);
    try (JournalWriter writer = journal.writer()) {
      for (int i = 0; i < 100; i++) {
        writer.append("ä" + i, payload(i));
        assertThat(read().keySet()).contains("ä" + i).hasSize(i + 1);
      }
    }
    Map<String, byte[]> records = read();
    for (int i = 0; i < 100; i++) {
      assertThat(records.get("ä" + i)).isEqualTo(payload(i));
    }
    journal.delete();
    assertThat(read()).isEmpty();
  }

  @Test
  void aWriterWithoutRecordsLeavesNothing() throws IOException {
    journal.writer().close();
    assertThat(Path.of(journal.directory())).doesNotExist();
  }

  @Test
  void aClosedWriterTakesNothing() throws IOException {
    JournalWriter writer = journal.writer();
    writer.close();
    assertThatThrownBy(() -> writer.append("a", payload(1)))
        .isInstanceOf(IllegalStateException.class);
  }

  /** Wherever a kill cuts a segment, the records before the cut are there and no others. */
  @Test
  void everyTruncationKeepsTheRecordsBeforeIt() throws IOException {
    Path segment = writeSegment(5);
    byte[] whole = Files.readAllBytes(segment);
    List<Integer> ends = recordEnds(5);
    for (int length = 0; length <= whole.length; length++) {
      Files.write(segment, Arrays.copyOf(whole, length));
      int cut = length;
      long expected = ends.stream().filter(end -> end <= cut).count();
      JournalSummary summary = journal.read((key, payload) -> assertRecord(key, payload));
      assertThat(summary.records()).as("%s bytes", length).isEqualTo(expected);
      assertThat(summary.damagedSegments()).isZero();
      long end = expected == 0 ? SegmentFormat.MAGIC.length : ends.get((int) expected - 1);
      assertThat(summary.tornBytes()).isEqualTo(length < 8 ? length : length - end);
    }
  }

  /** No flipped bit ever makes a record that was not written. */
  @Test
  void everyFlippedBitIsNoticed() throws IOException {
    Path segment = writeSegment(3);
    byte[] whole = Files.readAllBytes(segment);
    List<Integer> ends = recordEnds(3);
    for (int bit = 0; bit < whole.length * 8; bit++) {
      byte[] damaged = whole.clone();
      damaged[bit / 8] ^= (byte) (1 << (bit % 8));
      Files.write(segment, damaged);
      int at = bit / 8;
      JournalSummary summary = journal.read((key, payload) -> assertRecord(key, payload));
      long expected = at < 8 ? 0 : ends.stream().filter(end -> end <= at).count();
      assertThat(summary.records()).as("bit %s", bit).isEqualTo(expected);
      assertThat(summary.tornBytes() + summary.skippedBytes()).isPositive();
    }
  }

  @Test
  void damageInOneSegmentLeavesTheOthersWhole() throws IOException {
    Path segment = writeSegment(5);
    byte[] bytes = Files.readAllBytes(segment);
    bytes[recordEnds(5).get(1) + 12] ^= 1;
    Files.write(segment, bytes);
    writeSegment(4);
    JournalSummary summary = journal.read((key, payload) -> assertRecord(key, payload));
    assertThat(summary)
        .isEqualTo(new JournalSummary(2, 6, 0, 1, bytes.length - (long) recordEnds(5).get(1)));
  }

  @Test
  void writersInManyThreadsLoseNothing() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (JournalWriter shared = journal.writer();
        JournalWriter other = journal.writer()) {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        int thread = t;
        tasks.add(
            () -> {
              for (int i = 0; i < 250; i++) {
                (thread == 3 ? other : shared).append(thread + "-" + i, payload(i));
              }
              return null;
            });
      }
      for (Future<Void> task : threads.invokeAll(tasks)) {
        task.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(read()).hasSize(1000);
    assertThat(journal.read((key, payload) -> {})).isEqualTo(new JournalSummary(2, 1000, 0, 0, 0));
  }

  @Test
  void readingInAPipelineGivesEachKeyOnceWithItsLeastPayload() throws IOException {
    for (String[] records :
        new String[][] {{"a", "1", "b", "2"}, {"b", "10", "c", "3"}, {"a", "1", "c", "\u00ff"}}) {
      try (JournalWriter writer = journal.writer()) {
        for (int i = 0; i < records.length; i += 2) {
          writer.append(records[i], records[i + 1].getBytes(UTF_8));
        }
      }
    }
    Pipeline pipeline = Pipeline.create();
    PAssert.that(
            pipeline
                .apply(ReadJournal.of(journal))
                .apply(
                    MapElements.into(TypeDescriptors.strings())
                        .via(record -> record.getKey() + new String(record.getValue(), UTF_8))))
        .containsInAnyOrder("a1", "b10", "c3");
    Journal absent = new Journal(directory.resolve("absent").toString(), StorageOptions.defaults());
    PAssert.that(pipeline.apply("absent", ReadJournal.of(absent))).empty();
    pipeline.run().waitUntilFinish();
  }

  private Path writeSegment(int records) throws IOException {
    List<String> before = journal.segments();
    try (JournalWriter writer = journal.writer()) {
      for (int i = 0; i < records; i++) {
        writer.append("ä" + i, payload(i));
      }
    }
    List<String> after = new ArrayList<>(journal.segments());
    after.removeAll(before);
    return Path.of(after.get(0));
  }

  /** Offsets at which the records of a segment end. */
  private static List<Integer> recordEnds(int records) {
    List<Integer> ends = new ArrayList<>();
    int end = SegmentFormat.MAGIC.length;
    for (int i = 0; i < records; i++) {
      end += SegmentFormat.encode("ä" + i, payload(i)).length;
      ends.add(end);
    }
    return ends;
  }

  private static void assertRecord(String key, byte[] payload) {
    assertThat(payload).isEqualTo(payload(Integer.parseInt(key.substring(1))));
  }

  private static byte[] payload(int i) {
    return ("payload " + i * i).repeat(i % 5).getBytes(UTF_8);
  }

  private Map<String, byte[]> read() throws IOException {
    Map<String, byte[]> records = new TreeMap<>();
    journal.read(records::put);
    return records;
  }
}
