package dev.espalier.io.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.io.record.RecordSchema;
import dev.espalier.io.record.RecordWriter;
import dev.espalier.io.storage.StorageOptions;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.Util;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CanonicalFooterTest {
  @TempDir Path directory;

  /** Parquet's own order is another one in each process. */
  @Test
  void recordsHaveTheirEncodingsInOrder() throws Exception {
    Path path = directory.resolve("records.parquet");
    RecordSchema schema =
        new RecordSchema(
            "records",
            List.of(
                new RecordSchema.Field("text", RecordSchema.Kind.TEXT),
                new RecordSchema.Field("texts", RecordSchema.Kind.TEXTS),
                new RecordSchema.Field("numbers", RecordSchema.Kind.NUMBERS)));
    try (RecordWriter writer =
        RecordWriter.create(
            StorageOptions.defaults().open(path.toString()), path.toString(), schema)) {
      for (int i = 0; i < 1000; i++) {
        writer.write("text " + i % 3, List.of("a", "b" + i), List.of(1.0 / (i + 1)));
      }
    }
    byte[] file = Files.readAllBytes(path);
    int length = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(file.length - 8);
    FileMetaData footer =
        Util.readFileMetaData(
            new ByteArrayInputStream(
                Arrays.copyOfRange(file, file.length - 8 - length, file.length - 8)));
    List<List<Encoding>> encodings =
        footer.getRow_groups().get(0).getColumns().stream()
            .map(column -> column.getMeta_data().getEncodings())
            .toList();
    assertThat(encodings).anyMatch(list -> list.size() > 1);
    assertThat(encodings)
        .allSatisfy(
            list ->
                assertThat(list).isSortedAccordingTo(Comparator.comparingInt(Encoding::getValue)));
    assertThat(CanonicalFooter.of(file)).isEqualTo(file);
  }
}
