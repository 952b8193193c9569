package dev.espalier.io.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.io.storage.StorageOptions;
import dev.espalier.row.AnsweredRow;
import dev.espalier.row.RowCoders;
import dev.espalier.row.RowOutcome;
import dev.espalier.row.RowReads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PCollectionView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowChangesTest {
  private static final int BEFORE = 200;

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({"1, 1", "4, 4", "1, 5", "4, 3", "0, 0", "4, 0"})
  void theChangesAreTheDifferenceOfTheTables(int shardsBefore, int shards) throws IOException {
    Random random = new Random(31L * shardsBefore + shards);
    List<AnsweredRow> before = Rows.rows(BEFORE);
    List<AnsweredRow> now = new ArrayList<>();
    for (AnsweredRow row : before) {
      int edit = random.nextInt(10);
      if (edit > 1) {
        now.add(row);
      } else if (edit == 1) {
        now.add(Rows.of(row.row().id(), Rows.value("category", "other " + random.nextInt())));
      }
    }
    for (int i = 0; i < 20; i++) {
      now.add(Rows.row(BEFORE + i));
    }
    write("before", shardsBefore, Optional.empty(), before, kinds(List.of(), before));
    write("now", shards, Optional.of("before"), now, kinds(before, now));
    assertThat(TableVerifier.verify(path("now"), StorageOptions.defaults())).isEmpty();
  }

  @Test
  void whatWasReadOfARowIsNoChange() throws IOException {
    List<AnsweredRow> before = Rows.rows(30);
    List<AnsweredRow> now = new ArrayList<>();
    for (AnsweredRow row : before) {
      RowOutcome outcome = row.outcome().withReads(RowReads.ofAll(row.row()));
      now.add(new AnsweredRow(row.row(), outcome));
    }
    write("before", 2, Optional.empty(), before, kinds(List.of(), before));
    write("now", 2, Optional.of("before"), now, Map.of());
  }

  @Test
  void rowsOfWhichNobodyKnowsHowTheyWereCountAsChanged() throws IOException {
    List<AnsweredRow> rows = Rows.rows(60);
    write("before", 2, Optional.empty(), rows, kinds(List.of(), rows));
    String part = TableLayout.shardName(0, 2, 0);
    Files.delete(Path.of(new TableLayout(path("before")).kept(part)));
    Map<String, RowChange.Kind> expected = new HashMap<>();
    for (AnsweredRow row : rows) {
      if (WriteTable.shardOf(row.row().id(), 2) == 0) {
        expected.put(row.row().id(), RowChange.Kind.CHANGED);
      }
    }
    assertThat(expected).isNotEmpty();
    write("now", 2, Optional.of("before"), rows, expected);
    write("divided otherwise", 3, Optional.of("before"), rows, expected);
  }

  /** By comparing all rows with all rows. */
  private static Map<String, RowChange.Kind> kinds(
      List<AnsweredRow> before, List<AnsweredRow> now) {
    Map<String, RowOutcome> outcomes = new HashMap<>();
    before.forEach(row -> outcomes.put(row.row().id(), row.outcome()));
    Map<String, RowChange.Kind> kinds = new HashMap<>();
    for (AnsweredRow row : now) {
      RowOutcome old = outcomes.remove(row.row().id());
      if (old == null) {
        kinds.put(row.row().id(), RowChange.Kind.NEW);
      } else if (!old.equals(row.outcome())) {
        kinds.put(row.row().id(), RowChange.Kind.CHANGED);
      }
    }
    outcomes.keySet().forEach(id -> kinds.put(id, RowChange.Kind.DELETED));
    return kinds;
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }

  /**
   * @param shards 0 for as many as the rows fill
   */
  private void write(
      String name,
      int shards,
      Optional<String> before,
      List<AnsweredRow> rows,
      Map<String, RowChange.Kind> expected) {
    WriteOptions options =
        WriteOptions.of(directory.toString(), "fp", shards)
            .withSortMemoryBytes(2_000) // what is compared is sorted in files
            .in(path(name), before.map(this::path));
    DirectOptions direct = PipelineOptionsFactory.create().as(DirectOptions.class);
    direct.setTargetParallelism(2);
    Pipeline pipeline = Pipeline.create(direct);
    PCollectionView<Long> count =
        pipeline.apply("Expect", Create.of((long) rows.size())).apply(View.asSingleton());
    PCollectionTuple table =
        pipeline
            .apply("Rows", Create.of(rows).withCoder(RowCoders.ANSWERED))
            .apply("Break bundles", Reshuffle.<AnsweredRow>viaRandomKey().withNumBuckets(8))
            .apply("Write", WriteTable.to(options, TableColumns.open(), count).comparing());
    Map<String, RowChange.Kind> wanted = new TreeMap<>(expected);
    PAssert.that(table.get(WriteTable.CHANGES))
        .satisfies(
            changes -> {
              Map<String, RowChange.Kind> found = new TreeMap<>();
              changes.forEach(change -> assertThat(found.put(change.id(), change.kind())).isNull());
              assertThat(found).isEqualTo(wanted);
              return null;
            });
    pipeline.run().waitUntilFinish();
  }
}
