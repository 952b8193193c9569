package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.row.Row;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labels against a table: joined by id, however many there are. */
class AccuracyCommandTest {
  @TempDir Path directory;

  private JobFolder folder(List<String> table, List<String> gold) throws IOException {
    JobFolder folder = new JobFolder(directory);
    Files.createDirectories(directory.resolve("table"));
    folder.write("table/rows.jsonl", table);
    folder.write("gold.jsonl", gold);
    return folder;
  }

  private JobFolder.Ended accuracy(JobFolder folder, String... columns) {
    List<String> words =
        new ArrayList<>(List.of("accuracy", directory.resolve("table").toString()));
    words.addAll(List.of(columns));
    words.addAll(List.of("--gold", directory.resolve("gold.jsonl").toString()));
    return folder.run(words.toArray(new String[0]));
  }

  @Test
  void labelsWithoutARowCountAsWrongAndIdsMayBeNumbers() throws IOException {
    JobFolder folder =
        folder(
            List.of(
                "{\"id\":\"10\",\"a\":\"x\"}",
                "{\"id\":\"9\",\"a\":\"y\"}",
                "{\"id\":\"7\",\"a\":null}"),
            List.of(
                "{\"id\":7,\"a\":\"z\"}",
                "{\"id\":9,\"a\":\"y\"}",
                "{\"id\":10,\"a\":\"z\"}",
                "{\"id\":11,\"a\":\"x\"}",
                "{\"id\":12,\"a\":null}"));
    JobFolder.Ended ended = accuracy(folder, "a");
    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(ended.out().lines())
        .containsExactly(
            "column               rows  correct   accuracy std. error",
            "a                       4        1      25.0%      25.0%",
            "a: 2 of 4 labels without a value in the table, which counts as wrong");
  }

  @Test
  void labelsInATableWithSnapshotsAreThoseOfTheCurrentOne() throws IOException {
    JobFolder folder = folder(List.of("{\"id\":\"1\",\"a\":\"new\"}"), List.of());
    for (String snapshot : List.of("1 old", "2 new")) {
      String[] parts = snapshot.split(" ", 2);
      Files.createDirectories(directory.resolve("gold/snapshots/" + parts[0]));
      folder.write(
          "gold/snapshots/" + parts[0] + "/part.jsonl",
          List.of("{\"id\":\"1\",\"a\":\"" + parts[1] + "\"}"));
    }
    folder.write("gold/CURRENT", List.of("snapshots/2"));
    JobFolder.Ended ended =
        folder.run(
            "accuracy",
            directory.resolve("table").toString(),
            "a",
            "--gold",
            directory.resolve("gold").toString());
    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(ended.out()).contains("100.0%");
  }

  @Test
  void oneRowHasNoStandardError() throws IOException {
    JobFolder folder =
        folder(List.of("{\"id\":\"1\",\"a\":3}"), List.of("{\"id\":\"1\",\"a\":\"3\"}"));
    assertThat(accuracy(folder, "a").out().lines().toList().get(1))
        .isEqualTo("a                       1        1     100.0%          -");
  }

  @Test
  void whatCannotBeComparedIsRefused() throws IOException {
    JobFolder folder =
        folder(List.of("{\"id\":\"1\",\"category\":3}"), List.of("{\"id\":\"1\",\"category\":3}"));
    assertThat(refused(accuracy(folder, "categry"))).contains("did you mean category?");
    folder.write("gold.jsonl", List.of("{\"id\":\"2\",\"category\":3}"));
    assertThat(refused(accuracy(folder, "category"))).contains("no row of the table has the id");
    folder.write(
        "gold.jsonl", List.of("{\"id\":1,\"category\":3}", "{\"id\":\"1\",\"category\":4}"));
    assertThat(refused(accuracy(folder, "category"))).contains("two rows have the id 1");
  }

  private static String refused(JobFolder.Ended ended) {
    assertThat(ended.code()).as(ended.err()).isEqualTo(Espalier.BAD_CONFIGURATION);
    return ended.err();
  }

  @Test
  void whatDoesNotFitIntoMemoryComesBackSorted() throws Exception {
    Random random = new Random(3);
    TreeMap<String, List<Object>> expected = new TreeMap<>();
    try (LabelledCells cells = new LabelledCells("rows", List.of("a", "b"), 1000)) {
      for (int i = 0; i < 5000; i++) {
        Map<String, Object> fields = new LinkedHashMap<>();
        String id =
            Integer.toString(random.nextInt(), 36) + (i % 2 == 0 ? "\ud83d\ude00" : "\uffee");
        fields.put("a", i % 3 == 0 ? null : "text " + i);
        fields.put("b", (long) i);
        if (expected.put(id, List.of(String.valueOf(fields.get("a")), "" + i)) == null) {
          cells.add(Row.of(id, fields));
        }
      }
      LabelledCells.Sorted sorted = cells.sorted();
      for (Map.Entry<String, List<Object>> entry : expected.entrySet()) {
        LabelledCells.Cells met = sorted.next().orElseThrow();
        assertThat(met.id()).isEqualTo(entry.getKey());
        assertThat(met.values().stream().map(String::valueOf).toList()).isEqualTo(entry.getValue());
      }
      assertThat(sorted.next()).isEmpty();
    }
  }

  @Test
  @Tag("long")
  void aTableLargerThanTheMemoryIsCompared() throws Exception {
    int rows = 1_500_000;
    Files.createDirectories(directory.resolve("table"));
    Path table = directory.resolve("table/rows.jsonl");
    Path gold = directory.resolve("gold.jsonl");
    try (BufferedWriter answers = Files.newBufferedWriter(table);
        BufferedWriter labels = Files.newBufferedWriter(gold)) {
      for (int i = 0; i < rows; i++) {
        answers.write("{\"id\":\"row-%d\",\"a\":\"%s\"}%n".formatted(i, "x".repeat(100)));
        labels.write(
            "{\"id\":\"row-%d\",\"a\":\"%s\"}%n"
                .formatted(rows - 1 - i, (i % 4 == 0 ? "y" : "x").repeat(100)));
      }
    }
    Path temporary = Files.createDirectory(directory.resolve("tmp"));
    try (ChildCommand child =
        ChildCommand.start(
            temporary,
            "160m",
            Espalier.class,
            "accuracy",
            directory.resolve("table").toString(),
            "a",
            "--gold",
            gold.toString())) {
      String output = child.readAll();
      assertThat(child.exitCode()).as(output).isZero();
      assertThat(output).contains("1500000  1125000      75.0%");
    }
  }
}
