package dev.espalier.io.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.io.FileProblemException;
import dev.espalier.row.Row;
import dev.espalier.row.RowCoders;
import dev.espalier.row.RowError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.apache.beam.sdk.testing.CoderProperties;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadRecordsTest {
  @TempDir Path directory;

  @Test
  void aDirectoryOfSeveralFormatsIsReadWhole() throws IOException {
    StringBuilder lines = new StringBuilder();
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      lines.append("{\"id\": ").append(i).append(", \"x\": \"some text\"}\n");
      ids.add(Integer.toString(i));
    }
    Files.writeString(directory.resolve("a.jsonl"), lines);
    Files.writeString(directory.resolve("b.csv"), "id,x\nc1,y\nc2,z\n");
    ids.add("c1");
    ids.add("c2");

    Pipeline pipeline = Pipeline.create();
    PCollection<Row> rows =
        pipeline.apply(
            ReadRecords.of(Reading.options(directory).withIdField("id").withSplitBytes(1000)));
    PAssert.that(rows.apply(MapElements.into(TypeDescriptors.strings()).via(Row::id)))
        .containsInAnyOrder(ids);
    pipeline.run().waitUntilFinish();
  }

  @Test
  void aProblemOfAFileFailsThePipelineWithItsMessage() throws IOException {
    Files.writeString(directory.resolve("a.jsonl"), "{\"id\": 1}\n{\n");
    Pipeline pipeline = Pipeline.create();
    PCollection<Row> rows =
        pipeline.apply(ReadRecords.of(Reading.options(directory).withIdField("id")));
    assertThat(rows.getCoder()).isEqualTo(RowCoders.ROW);
    assertThatThrownBy(() -> pipeline.run().waitUntilFinish())
        .isInstanceOf(PipelineExecutionException.class)
        .hasCauseInstanceOf(FileProblemException.class)
        .hasMessageContaining("a.jsonl:2:2: not a JSON object");
  }

  @Test
  void recordsOfEveryTypeSurviveTheirCoder() throws Exception {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("s", "ä\u0000");
    fields.put("i", Long.MIN_VALUE);
    fields.put("d", -0.0);
    fields.put("t", true);
    fields.put("f", false);
    fields.put("n", null);
    fields.put("l", List.of(1L, "x", List.of(), Map.of("k", 2.5)));
    RowError error = new RowError(RowError.INVALID_UTF8, "m", "");
    Row row = new Row("r", fields, Optional.of(error));
    CoderProperties.coderDecodeEncodeEqual(RowCoders.ROW, row);
    CoderProperties.coderDeterministic(
        RowCoders.ROW, row, new Row("r", fields, Optional.of(error)));
    CoderProperties.coderDecodeEncodeEqual(RowCoders.ROW, new Row("", Map.of(), Optional.empty()));
  }
}
