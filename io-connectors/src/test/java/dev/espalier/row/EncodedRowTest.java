package dev.espalier.row;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.testing.CoderProperties;
import org.junit.jupiter.api.Test;

class EncodedRowTest {
  @Test
  void itsPartsAreTheBytesOfTheCoders() throws Exception {
    for (AnsweredRow row : rows()) {
      EncodedRow encoded = EncodedRow.of(row);
      assertThat(encoded.bytes()).isEqualTo(RowCoders.ANSWERED.toBytes(row));
      assertThat(encoded.outcome()).isEqualTo(RowCoders.OUTCOME.toBytes(row.outcome()));
      AnsweredRow bare = new AnsweredRow(row.row(), row.outcome().withReads(RowReads.UNKNOWN));
      assertThat(encoded.content()).isEqualTo(RowCoders.ANSWERED.toBytes(bare));
      assertThat(encoded.contentLength()).isEqualTo(encoded.content().length);
      assertThat(encoded.row()).isEqualTo(row);
      assertThat(encoded.id()).isEqualTo(row.row().id());
    }
  }

  @Test
  void itSurvivesItsCoder() throws Exception {
    for (AnsweredRow row : rows()) {
      byte[] bytes = EncodedRow.CODER.toBytes(EncodedRow.of(row));
      EncodedRow read = EncodedRow.CODER.ofBytes(bytes);
      assertThat(read.row()).isEqualTo(row);
      assertThat(read.content()).isEqualTo(EncodedRow.of(row).content());
      assertThat(read.outcome()).isEqualTo(EncodedRow.of(row).outcome());
    }
    CoderProperties.coderDeterministic(RowCoders.ANSWERED, rows().get(0), rows().get(0));
  }

  private static List<AnsweredRow> rows() throws IOException {
    Row row = Row.of("\u00e4 \u8868", Map.of("n", 1L, "text", "x".repeat(300)));
    RowOutcome answered =
        new RowOutcome(
            row.id(),
            List.of(new NamedValue("v", ValueType.INTEGER, 5L)),
            List.of(new StepTrace("s", "gen", 3, 1, 2, "stop", -0.5, "text")),
            Optional.empty());
    RowOutcome failed =
        new RowOutcome(
            row.id(), List.of(), List.of(), Optional.of(new RowError("BAD_ROW", "no", "s")));
    return List.of(
        new AnsweredRow(row, answered),
        new AnsweredRow(row, answered.withReads(RowReads.ofAll(row))),
        new AnsweredRow(row, failed.withReads(RowReads.ofNoField(row))),
        new AnsweredRow(
            Row.of("", Map.of()), new RowOutcome("", List.of(), List.of(), Optional.empty())));
  }
}
