package dev.espalier.io.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.io.table.SchemaOfRecords.Sightings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SchemaOfRecordsTest {
  private static final List<OutputRecord> ROWS =
      List.of(
          record("b", OutputValue.of("y", 1L), OutputValue.of("late", null)),
          record("a", OutputValue.of("z", "t"), OutputValue.of("x", 2L), OutputValue.of("f", true)),
          record("c", OutputValue.of("x", 2.5), OutputValue.of("f", 1L), OutputValue.of("y", null)),
          record("d", OutputValue.of("late", 1.0)),
          record("e", OutputValue.of("never", null)));

  @Test
  void columnsStandInTheOrderOfTheRowsById() {
    assertThat(Rows.schema(ROWS).columns())
        .containsExactly(
            Rows.column("z", ColumnType.STRING),
            Rows.column("x", ColumnType.NUMBER),
            Rows.column("f", ColumnType.STRING),
            Rows.column("y", ColumnType.INTEGER),
            Rows.column("late", ColumnType.NUMBER),
            Rows.column("never", ColumnType.STRING));
  }

  @Test
  void anyOrderAndAnyMergeGiveTheSameSchema() {
    TableSchema expected = Rows.schema(ROWS);
    SchemaOfRecords combine = new SchemaOfRecords();
    Random random = new Random(1);
    for (int trial = 0; trial < 200; trial++) {
      List<OutputRecord> shuffled = new ArrayList<>(ROWS);
      Collections.shuffle(shuffled, random);
      List<Sightings> parts = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        parts.add(combine.createAccumulator());
      }
      for (OutputRecord row : shuffled) {
        int part = random.nextInt(3);
        parts.set(part, combine.addInput(parts.get(part), row));
      }
      Collections.shuffle(parts, random);
      assertThat(combine.extractOutput(combine.mergeAccumulators(parts))).isEqualTo(expected);
    }
  }

  @Test
  void joiningTypesIsCommutativeAndAssociative() {
    for (ColumnType a : ColumnType.values()) {
      assertThat(a.join(a)).isEqualTo(a);
      for (ColumnType b : ColumnType.values()) {
        assertThat(a.join(b)).isEqualTo(b.join(a));
        for (ColumnType c : ColumnType.values()) {
          assertThat(a.join(b).join(c)).as("%s %s %s", a, b, c).isEqualTo(a.join(b.join(c)));
        }
      }
    }
  }

  @Test
  void rowsAreOrderedByTheirUtf8Bytes() {
    List<String> ids =
        new ArrayList<>(List.of("", "a", "ab", "b", "ä", "表", "\uFFFD", "😀", "😀a"));
    List<String> byBytes = new ArrayList<>(ids);
    byBytes.sort((a, b) -> Arrays.compareUnsigned(utf8(a), utf8(b)));
    Collections.shuffle(ids, new Random(2));
    ids.sort(RowOrder::compare);
    assertThat(ids).isEqualTo(byBytes);
  }

  @Test
  void reservedAndRepeatedNamesAreRefused() {
    assertThatThrownBy(() -> record("a", OutputValue.of("trace", 1L)))
        .hasMessage("row a: the name \"trace\" is reserved");
    assertThatThrownBy(() -> record("a", OutputValue.of("x", 1L), OutputValue.of("x", 2L)))
        .hasMessage("row a: the name \"x\" is used twice");
    assertThatThrownBy(() -> OutputValue.of("x", 1)).hasMessageContaining("java.lang.Integer");
    assertThatThrownBy(() -> new OutputValue("x", ColumnType.INTEGER, "1"))
        .hasMessage("column x: a java.lang.String cannot be INTEGER");
  }

  private static OutputRecord record(String id, OutputValue... values) {
    return new OutputRecord(id, List.of(values), Optional.empty(), List.of());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
