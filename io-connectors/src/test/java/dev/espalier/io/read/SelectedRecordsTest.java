package dev.espalier.io.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.io.FileProblemException;
import dev.espalier.row.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.IntStream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which rows the transforms that read a part of an input read. */
class SelectedRecordsTest {
  private static final int ROWS = 600;

  @TempDir Path directory;

  @Test
  void theFirstRowsAreThoseOfTheFirstFilesAsTheyStandThere() throws IOException {
    write("a.jsonl", List.of(7, 3));
    write("b.jsonl", List.of(9, 1, 4));
    ReadOptions options = Reading.options(directory).withIdField("id");
    assertThat(read(ReadFirstRecords.of(options, 4))).containsExactlyInAnyOrder("7", "3", "9", "1");
    assertThat(read(ReadFirstRecords.of(options, 2))).containsExactlyInAnyOrder("7", "3");
    assertThat(read(ReadFirstRecords.of(options, 50))).hasSize(5);
  }

  @Test
  void nothingBehindTheFirstRowsIsRead() throws IOException {
    Files.writeString(directory.resolve("a.jsonl"), "{\"id\": 1}\n{\"id\": 2}\nno row\n");
    Files.writeString(directory.resolve("b.jsonl"), "nor this\n");
    ReadOptions options = Reading.options(directory).withIdField("id");
    assertThat(read(ReadFirstRecords.of(options, 2))).containsExactlyInAnyOrder("1", "2");
    assertThatThrownBy(() -> read(ReadFirstRecords.of(options, 3)))
        .hasCauseInstanceOf(FileProblemException.class);
  }

  @Test
  void aSampleDependsOnIdsAndSeedAloneAndHoldsTheSmallerOnes() throws IOException {
    List<Integer> ids = new ArrayList<>(IntStream.range(0, ROWS).boxed().toList());
    write("a.jsonl", ids);
    ReadOptions options = Reading.options(directory).withIdField("id");
    Set<String> sample = read(ReadSampledRecords.of(options, 50, 7));
    assertThat(sample).hasSize(50);
    assertThat(sample).containsAll(read(ReadSampledRecords.of(options, 20, 7)));
    assertThat(read(ReadSampledRecords.of(options, 50, 8))).isNotEqualTo(sample);
    assertThat(read(ReadSampledRecords.of(options, 10 * ROWS, 7))).hasSize(ROWS);

    Collections.shuffle(ids, new Random(3));
    write("a.jsonl", ids.subList(0, 100));
    write("b.jsonl", ids.subList(100, ROWS));
    ReadOptions inSplits = options.withSplitBytes(500);
    assertThat(read(ReadSampledRecords.of(inSplits, 50, 7))).isEqualTo(sample);
  }

  @Test
  void everyRowIsAsLikelyAsAnother() throws IOException {
    write("a.jsonl", IntStream.range(0, 40).boxed().toList());
    ReadOptions options = Reading.options(directory).withIdField("id");
    int[] times = new int[40];
    for (int seed = 0; seed < 25; seed++) {
      for (String id : read(ReadSampledRecords.of(options, 10, seed))) {
        times[Integer.parseInt(id)]++;
      }
    }
    // 25 draws at a quarter: 6.25 on average, deviation 2.2; the sum of squares is chi-square.
    double chiSquare = 0;
    for (int count : times) {
      chiSquare += Math.pow(count - 6.25, 2) / (6.25 * 0.75);
    }
    assertThat(chiSquare).isBetween(15.0, 75.0); // 39 degrees of freedom
  }

  @Test
  void rowsAreFoundByTheirIds() throws IOException {
    write("a.jsonl", List.of(7, 3));
    write("b.jsonl", List.of(9, 1, 4));
    ReadOptions options = Reading.options(directory).withIdField("id");
    assertThat(read(ReadNamedRecords.of(options, List.of("4", "7"))))
        .containsExactlyInAnyOrder("7", "4");
    assertThatThrownBy(() -> read(ReadNamedRecords.of(options, List.of("4", "5", "no"))))
        .hasCauseInstanceOf(FileProblemException.class)
        .hasMessageContaining("no row has the id `5`, `no`");
  }

  private void write(String file, List<Integer> ids) throws IOException {
    StringBuilder lines = new StringBuilder();
    ids.forEach(id -> lines.append("{\"id\": ").append(id).append(", \"x\": \"text\"}\n"));
    Files.writeString(directory.resolve(file), lines);
  }

  private static Set<String> read(PTransform<PBegin, PCollection<Row>> transform) {
    String key = UUID.randomUUID().toString();
    Collect.FOUND.put(key, new ConcurrentLinkedQueue<>());
    Pipeline pipeline = Pipeline.create();
    pipeline.apply(transform).apply(ParDo.of(new Collect(key)));
    pipeline.run().waitUntilFinish();
    ConcurrentLinkedQueue<String> found = Collect.FOUND.remove(key);
    Set<String> ids = new HashSet<>(found);
    assertThat(found).hasSameSizeAs(ids);
    return ids;
  }

  private static final class Collect extends DoFn<Row, Void> {
    static final ConcurrentMap<String, ConcurrentLinkedQueue<String>> FOUND =
        new ConcurrentHashMap<>();

    private final String key;

    Collect(String key) {
      this.key = key;
    }

    @ProcessElement
    public void process(@Element Row row) {
      FOUND.get(key).add(row.id());
    }
  }
}
