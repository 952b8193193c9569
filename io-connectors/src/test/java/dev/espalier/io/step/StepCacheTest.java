package dev.espalier.io.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.io.storage.StorageOptions;
import dev.espalier.row.RecordCoder;
import dev.espalier.row.RowCoders;
import dev.espalier.row.StepRecord;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepCacheTest {
  private static final List<StepsWritten> WRITTEN = new CopyOnWriteArrayList<>();
  private static final long PLENTY = 1L << 40;
  private static final Duration YEAR = Duration.ofDays(365);

  @TempDir Path directory;

  private StepCache open(long mostBytes, Duration age) throws IOException {
    return StepCache.open(directory + "/steps", StorageOptions.defaults(), mostBytes, age);
  }

  private static StepRecord step(String key, int content) {
    return new StepRecord(key, "gen", 3, 2, new byte[] {(byte) content, 7});
  }

  /** Writes as a run does. */
  private void write(Map<String, List<StepRecord>> rows, long mostBytes) throws IOException {
    WRITTEN.clear();
    StepCache cache = open(mostBytes, YEAR);
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    List<KV<String, List<StepRecord>>> all = new ArrayList<>();
    rows.forEach((row, steps) -> all.add(KV.of(row, steps)));
    pipeline
        .apply(Create.of(all).withCoder(KvCoder.of(RowCoders.TEXT, coder())))
        .apply(WriteSteps.to(cache, 3))
        .apply(ParDo.of(new CollectFn()));
    pipeline.run().waitUntilFinish();
    cache.add(List.copyOf(WRITTEN), System.currentTimeMillis());
  }

  @SuppressWarnings("unchecked") // a list of steps is written as such alone
  private static RecordCoder<List<StepRecord>> coder() {
    return RecordCoder.of(
        (Class<List<StepRecord>>) (Class<?>) List.class, StepRecord::writeAll, StepRecord::readAll);
  }

  private static final class CollectFn extends DoFn<StepsWritten, Void> {
    @ProcessElement
    public void process(@Element StepsWritten written) {
      WRITTEN.add(written);
    }
  }

  private Map<String, List<StepRecord>> read(List<String> rows) throws IOException {
    StepCache cache = open(PLENTY, YEAR);
    Map<Integer, StepCache.Reader> readers = new TreeMap<>();
    Map<String, List<StepRecord>> found = new TreeMap<>();
    for (String row : rows.stream().sorted().toList()) {
      int bucket = cache.bucketOf(row);
      if (!readers.containsKey(bucket)) {
        readers.put(bucket, cache.reader(bucket));
      }
      found.put(row, readers.get(bucket).of(row));
    }
    for (StepCache.Reader reader : readers.values()) {
      reader.close();
    }
    return found;
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("steps"))) {
      return files.filter(file -> file.toString().endsWith(".parquet")).toList();
    }
  }

  @Test
  void whatRunsAddedIsFoundHoweverManyThereWere() throws IOException {
    Map<String, List<StepRecord>> expected = new TreeMap<>();
    for (int run = 0; run < StepCache.MOST_FILES + 2; run++) {
      Map<String, List<StepRecord>> rows = new TreeMap<>();
      for (int i = 0; i < 20; i++) {
        String row = "r" + (i + run);
        rows.put(row, List.of(step("k" + run, run), step("same", run)));
        List<StepRecord> known = new ArrayList<>(expected.getOrDefault(row, List.of()));
        known.removeIf(old -> old.key().equals("same"));
        known.addAll(rows.get(row));
        known.sort(Comparator.comparing(StepRecord::key));
        expected.put(row, known);
      }
      write(rows, PLENTY);
      assertThat(read(List.copyOf(expected.keySet()))).as("run %s", run).isEqualTo(expected);
    }
    assertThat(read(List.of("absent")).get("absent")).isEmpty();
    assertThat(files().size()).isLessThan(StepCache.MOST_FILES * StepIndex.EMPTY.buckets());
  }

  @Test
  void theCacheIsBoundedAndItsOldestGo() throws IOException {
    write(Map.of("old", List.of(step("a", 1))), PLENTY);
    long one = Files.size(files().get(0));
    write(Map.of("new", List.of(step("b", 2))), one + one / 2);
    assertThat(read(List.of("new", "old")))
        .isEqualTo(Map.of("new", List.of(step("b", 2)), "old", List.of()));
    assertThat(files()).hasSize(1);
    open(PLENTY, Duration.ZERO).add(List.of(), System.currentTimeMillis() + 1);
    assertThat(files()).isEmpty();
    assertThat(open(PLENTY, YEAR).isEmpty()).isTrue();
  }

  @Test
  void whatIsDamagedIsNotFoundAndNothingElseIsSaid() throws IOException {
    write(Map.of("r", List.of(step("a", 1), step("b", 2))), PLENTY);
    Path file = files().get(0);
    byte[] whole = Files.readAllBytes(file);
    for (int at = 0; at < whole.length; at += 7) {
      try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
        out.seek(at);
        out.write(whole[at] ^ 4);
      }
      assertThat(List.of(step("a", 1), step("b", 2)))
          .as("byte %s", at)
          .containsAll(read(List.of("r")).get("r"));
      Files.write(file, whole);
    }
    Files.delete(file);
    assertThat(read(List.of("r")).get("r")).isEmpty();
    Files.writeString(directory.resolve("steps/index.json"), "{");
    assertThat(open(PLENTY, YEAR).isEmpty()).isTrue();
  }
}
