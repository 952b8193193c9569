package dev.espalier.eval.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.eval.TaskDocument;
import dev.espalier.io.record.RecordSchema;
import dev.espalier.io.record.RecordWriter;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.jinja.PythonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentsTest {
  @TempDir Path root;

  private Task task(String fields) throws Exception {
    Files.writeString(
        root.resolve("t.yaml"),
        "task: own\ntest_split: test\ndoc_to_text: '{{q|default(\"-\")}}'\ndoc_to_target: x\n"
            + fields);
    return TaskLibrary.open(List.of(root.toString())).find(List.of("own")).tasks().get(0);
  }

  private String write(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.writeString(file, text);
    return file.toString();
  }

  private static List<TaskDocument> read(Task task, Map<String, ?> data) throws TaskException {
    return task.prepare(PromptOptions.DEFAULT, DataMapping.of(data, "data")).documents();
  }

  /** What datasets 5.2 makes of the same files. */
  @Test
  void columnsHaveTheTypesThatTheHarnessGivesThem() throws Exception {
    JsonNode golden =
        new ObjectMapper().readTree(Path.of("src/test/resources/tasks/types.json").toFile());
    assertThat(golden.size()).isGreaterThan(5);
    for (JsonNode each : golden) {
      String file = write("rows." + each.path("format").asText(), each.path("file").asText());
      List<TaskDocument> documents =
          read(task("dataset_path: own/set\n"), Map.of("own/set", Map.of("test", file)));
      assertThat(documents.stream().map(row -> PythonText.json(row.document(), true)).toList())
          .as(each.path("file").asText())
          .containsExactlyElementsOf(
              new ObjectMapper()
                  .convertValue(each.path("rows"), new TypeReference<List<String>>() {}));
    }
  }

  @Test
  void ofATableWithSnapshotsTheCurrentOneIsRead() throws Exception {
    for (int snapshot = 1; snapshot <= 3; snapshot++) {
      Files.createDirectories(root.resolve("table/snapshots/" + snapshot));
      write("table/snapshots/" + snapshot + "/part.jsonl", "{\"q\": \"of " + snapshot + "\"}\n");
    }
    write("table/CURRENT", "snapshots/2\n");
    String table = root.resolve("table").toString();
    List<TaskDocument> documents =
        read(task("dataset_path: own/set\n"), Map.of("own/set", Map.of("test", table)));
    assertThat(documents.stream().map(row -> row.document().get("q"))).containsExactly("of 2");
  }

  @Test
  void timesAndBytesOfParquetAreWhatPythonPrints() throws Exception {
    String file = root.resolve("rows.parquet").toString();
    RecordSchema schema =
        new RecordSchema(
            "rows",
            List.of(
                new RecordSchema.Field("q", RecordSchema.Kind.TEXT),
                new RecordSchema.Field("t", RecordSchema.Kind.TIME),
                new RecordSchema.Field("b", RecordSchema.Kind.BYTES)));
    try (RecordWriter writer =
        RecordWriter.create(StorageOptions.defaults().open(file), file, schema)) {
      writer.write("2024-01-31T10:20:30Z", 1706696430123L, new byte[] {'a', -1});
    }
    List<TaskDocument> documents =
        read(task("dataset_path: own/set\n"), Map.of("own/set", Map.of("test", file)));
    assertThat(documents.get(0).document())
        .isEqualTo(
            Map.of(
                "q", "2024-01-31T10:20:30Z",
                "t", "2024-01-31 10:20:30.123000+00:00",
                "b", "b'a\\xff'"));
  }

  @Test
  void theNearestKeyOfTheMappingCounts() throws Exception {
    String one = write("one.jsonl", "{\"q\": \"one\"}\n");
    String two = write("two-test.jsonl", "{\"q\": \"two\"}\n");
    Task task = task("dataset_path: own/set\ndataset_name: part\n");
    String pattern = two.replace("test", "{split}");
    assertThat(first(read(task, Map.of("own/set", one)))).isEqualTo("one");
    assertThat(first(read(task, Map.of("own/set", one, "own/set/part", pattern)))).isEqualTo("two");
    assertThat(first(read(task, Map.of("own/set/part", pattern, "own", Map.of("test", one)))))
        .isEqualTo("one");
    assertThat(read(task, Map.of("own/set", root + "/*.jsonl"))).hasSize(2);
    assertThat(read(task, Map.of("own/set", Map.of("test", List.of(two, one))))).hasSize(2);
  }

  private static Object first(List<TaskDocument> documents) {
    return documents.get(0).document().get("q");
  }

  @Test
  void plainFilesOfTheTaskItselfNeedNoMapping() throws Exception {
    String file = write("rows.txt", "{\"q\": \"mine\"}\n");
    Task task = task("dataset_path: json\ndataset_kwargs: {data_files: {test: '" + file + "'}}\n");
    assertThat(first(read(task, Map.of()))).isEqualTo("mine");
  }

  @Test
  void aSplitWithoutFilesIsToldWithTheMappingToWrite() throws Exception {
    Task task = task("dataset_path: own/set\ndataset_name: part\n");
    assertThatThrownBy(() -> read(task, Map.of("own/set", Map.of("train", "x.jsonl"))))
        .isInstanceOf(TaskException.class)
        .hasMessageContaining("own: the split test of the data set own/set/part has no files")
        .hasMessageContaining("`own/set/part: {test: PATH}`");
    assertThatThrownBy(() -> read(task, Map.of("own/set", root + "/none.jsonl")))
        .hasMessageContaining("none.jsonl");
    assertThatThrownBy(() -> DataMapping.of(Map.of("own/set", 3L), "sweep.yaml"))
        .hasMessageContaining("the data of own/set are no paths");
  }

  @Test
  void aDocumentThatLacksAColumnIsToldByItsPlace() throws Exception {
    String file = write("rows.jsonl", "{\"q\": \"a\", \"r\": [1]}\n{\"q\": \"b\", \"r\": []}\n");
    Task task = task("dataset_path: own/set\ndescription: '{{r[0]}}'\n");
    assertThatThrownBy(() -> read(task, Map.of("own/set", file)))
        .hasMessageContaining("own, document 1: `description` (" + root + "/t.yaml:6:");
  }

  @Test
  void limitsAreNumbersOrFractionsRoundedUp() throws Exception {
    String file = write("rows.jsonl", "{\"q\": \"a\"}\n".repeat(7));
    Task task = task("dataset_path: own/set\n");
    DataMapping data = DataMapping.of(Map.of("own/set", file), "data");
    PromptOptions options = PromptOptions.DEFAULT;
    assertThat(task.prepare(options.withLimit(3), data).documents()).hasSize(3);
    assertThat(task.prepare(options.withLimit(0.5), data).documents()).hasSize(4);
    assertThat(task.prepare(options.withLimit(100), data).documents()).hasSize(7);
    assertThat(task.prepare(options.withSamples(List.of(5, 2)), data).documents())
        .extracting(TaskDocument::id)
        .containsExactly(2, 5);
    assertThatThrownBy(() -> task.prepare(options.withSamples(List.of(7)), data))
        .hasMessageContaining("there is no document 7 of 7");
    assertThatThrownBy(() -> task.prepare(options.withShots(8), data))
        .hasMessageContaining("8 few-shot examples are drawn, but there are 7");
  }
}
