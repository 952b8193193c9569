package dev.espalier.io.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.io.FileProblemException;
import dev.espalier.row.Row;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads what pyarrow wrote, against what pyarrow reads from it: see make.py beside the files. */
class ParquetGoldenTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Stream<Path> files() throws IOException, URISyntaxException {
    try (Stream<Path> all = Files.list(folder())) {
      return all
          .filter(file -> file.toString().endsWith(".parquet"))
          .filter(file -> !file.getFileName().toString().startsWith("refused-"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void readsTheRowsThatPyarrowReads(Path file) throws IOException {
    List<Map<String, Object>> expected = new ArrayList<>();
    for (String line : Files.readAllLines(rows(file))) {
      Map<String, Object> row = new LinkedHashMap<>();
      JSON.readTree(line).fields().forEachRemaining(f -> row.put(f.getKey(), value(f.getValue())));
      expected.add(row);
    }
    assertThat(Reading.all(Reading.options(file))).extracting(Row::fields).isEqualTo(expected);
  }

  @Test
  void everyKindOfFileIsThere() throws Exception {
    assertThat(files()).hasSizeGreaterThan(20);
  }

  @Test
  void whatIsNotReadIsNamed() throws Exception {
    Map<String, String> problems =
        Map.of(
            "refused-brotli", "column \"n\" is compressed with BROTLI, which is not read",
            "refused-encrypted-footer", "the Parquet file is encrypted",
            "refused-encrypted-column", "column \"secret\" of the Parquet file is encrypted",
            "refused-double-name", "two columns are named \"a\"");
    for (Map.Entry<String, String> problem : problems.entrySet()) {
      Path file = folder().resolve(problem.getKey() + ".parquet");
      assertThatThrownBy(() -> Reading.all(Reading.options(file)))
          .as(problem.getKey())
          .isInstanceOf(FileProblemException.class)
          .hasMessageContaining(file + ": " + problem.getValue());
      assertThat(InputCheck.of(Reading.options(file)).problems()).hasSize(1);
    }
  }

  /** The file named like the first word. */
  private static Path rows(Path file) {
    String name = file.getFileName().toString().replace(".parquet", "");
    Path same = file.resolveSibling(name + ".jsonl");
    return Files.exists(same) ? same : file.resolveSibling(name.split("-", 2)[0] + ".jsonl");
  }

  private static Path folder() throws URISyntaxException {
    return Path.of(ParquetGoldenTest.class.getResource("parquet/make.py").toURI()).getParent();
  }

  private static Object value(com.fasterxml.jackson.databind.JsonNode node) {
    if (node.isObject()) {
      Map<String, Object> map = new LinkedHashMap<>();
      node.fields().forEachRemaining(f -> map.put(f.getKey(), value(f.getValue())));
      return map;
    }
    if (node.isArray()) {
      List<Object> list = new ArrayList<>();
      node.forEach(element -> list.add(value(element)));
      return list;
    }
    if (node.isTextual()) {
      return switch (node.textValue()) {
        case "inf" -> Double.POSITIVE_INFINITY;
        case "nan" -> Double.NaN;
        default -> node.textValue();
      };
    }
    if (node.isBoolean()) {
      return node.booleanValue();
    }
    if (node.isNull()) {
      return null;
    }
    return node.isIntegralNumber() ? (Object) node.longValue() : node.doubleValue();
  }
}
