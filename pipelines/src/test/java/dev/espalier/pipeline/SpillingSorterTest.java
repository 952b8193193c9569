package dev.espalier.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.prefix.Grouping;
import dev.espalier.prefix.Opening;
import dev.espalier.row.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpillingSorterTest {
  @ParameterizedTest
  @CsvSource({"1, 500", "20000, 5", "100000000, 0"})
  void rowsComeInOrderHoweverLittleMemoryThereIs(long memoryBytes, int leastParts)
      throws IOException {
    List<Row> rows = Rows.grouped(500, 7, 30, 3, 5);
    for (Grouping grouping : Grouping.values()) {
      Comparator<TracedRow> order = Comparator.comparing(TracedRow::opening, grouping.order());
      List<TracedRow> sorted = new ArrayList<>();
      try (SpillingSorter<Opening, Row> sorter = sorter(grouping.order(), memoryBytes)) {
        for (Row row : rows) {
          sorter.add(Rows.traced(row).opening(), row);
        }
        assertThat(sorter.spilledParts()).isGreaterThanOrEqualTo(leastParts);
        sorter
            .sorted()
            .forEachRemaining(
                entry -> sorted.add(new TracedRow(entry.getValue(), entry.getKey().tokens())));
      }
      assertThat(sorted).isEqualTo(rows.stream().map(Rows::traced).sorted(order).toList());
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "100000000"})
  void equalOpeningsComeByRowId(long memoryBytes) throws IOException {
    List<String> ids = new ArrayList<>();
    try (SpillingSorter<Opening, Row> sorter = sorter(Comparator.naturalOrder(), memoryBytes)) {
      for (String id : List.of("c", "a", "d", "b")) {
        Row row = Rows.of(id, 1, 2);
        sorter.add(Rows.traced(row).opening(), row);
      }
      sorter.sorted().forEachRemaining(entry -> ids.add(entry.getValue().id()));
    }
    assertThat(ids).containsExactly("a", "b", "c", "d");
  }

  private static SpillingSorter<Opening, Row> sorter(Comparator<Opening> order, long memoryBytes) {
    return new SpillingSorter<>(order, OpeningCoder.of(), RowCoder.of(), memoryBytes);
  }
}
