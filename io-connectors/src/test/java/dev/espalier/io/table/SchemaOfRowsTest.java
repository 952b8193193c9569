package dev.espalier.io.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.io.parquet.StoredType;
import dev.espalier.io.table.SchemaOfRows.Sightings;
import dev.espalier.io.table.TableColumns.Included;
import dev.espalier.row.AnsweredRow;
import dev.espalier.row.Column;
import dev.espalier.row.ValueType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaOfRowsTest {
  private static final List<AnsweredRow> ROWS =
      List.of(
          Rows.of("b", Rows.value("y", 1L), Rows.value("late", null)),
          Rows.of("a", Rows.value("z", "t"), Rows.value("x", 2L), Rows.value("f", true)),
          Rows.of("c", Rows.value("x", 2.5), Rows.value("f", 1L), Rows.value("y", null)),
          Rows.of("d", Rows.value("late", 1.0)),
          Rows.of("e", Rows.value("never", null)));

  @Test
  void columnsStandInTheOrderOfTheRowsById() {
    assertThat(Rows.schema(ROWS).columns())
        .containsExactly(
            column("z", ValueType.STRING),
            column("x", ValueType.NUMBER),
            column("f", ValueType.STRING),
            column("y", ValueType.INTEGER),
            column("late", ValueType.NUMBER),
            column("never", ValueType.STRING));
  }

  @Test
  void anyOrderAndAnyMergeGiveTheSameSchema() {
    TableSchema expected = Rows.schema(ROWS);
    SchemaOfRows combine = new SchemaOfRows(TableColumns.open());
    Random random = new Random(1);
    for (int trial = 0; trial < 200; trial++) {
      List<AnsweredRow> shuffled = new ArrayList<>(ROWS);
      Collections.shuffle(shuffled, random);
      List<Sightings> parts = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        parts.add(combine.createAccumulator());
      }
      for (AnsweredRow row : shuffled) {
        int part = random.nextInt(3);
        parts.set(part, combine.addInput(parts.get(part), row));
      }
      Collections.shuffle(parts, random);
      assertThat(combine.extractOutput(combine.mergeAccumulators(parts))).isEqualTo(expected);
    }
  }

  @Test
  void joiningTypesIsCommutativeAndAssociative() {
    List<ValueType> types = new ArrayList<>(List.of(ValueType.Scalar.values()));
    for (ValueType.Scalar scalar : ValueType.Scalar.values()) {
      types.add(new ValueType.ListOf(scalar));
      types.add(struct("a", scalar));
    }
    types.add(new ValueType.ListOf(struct("a", ValueType.NUMBER)));
    types.add(struct("b", ValueType.NUMBER));
    for (ValueType a : types) {
      assertThat(ValueTypes.join(a, a)).isEqualTo(a);
      for (ValueType b : types) {
        ValueType ab = ValueTypes.join(a, b);
        assertThat(ab).isEqualTo(ValueTypes.join(b, a));
        for (ValueType c : types) {
          assertThat(ValueTypes.join(ab, c))
              .as("%s %s %s", a, b, c)
              .isEqualTo(ValueTypes.join(a, ValueTypes.join(b, c)));
        }
      }
    }
  }

  private static ValueType struct(String name, ValueType type) {
    return new ValueType.Struct(List.of(new ValueType.Struct.Field(name, type)));
  }

  @Test
  void includedFieldsHaveTheLeastTypeOfAllTheirValues() {
    TableColumns columns =
        new TableColumns(
            StoredType.TEXT,
            false,
            Stream.of("i", "n", "t", "b", "j", "never", "late")
                .map(name -> new TableColumns.Included(name, Optional.empty()))
                .toList(),
            List.of(new Column("g", ValueType.BOOLEAN)),
            true);
    List<AnsweredRow> rows =
        List.of(
            Rows.of("1", Map.of("i", 1L, "n", 1L, "t", 1L, "b", true, "j", 1L, "extra", 1L)),
            Rows.of("2", Map.of("i", 2L, "n", 0.5, "t", "x", "b", false, "j", List.of(1L))),
            Rows.of("3", Map.of("late", 5L)));
    List<TableSchema.Stored> expected =
        List.of(
            column("i", ValueType.INTEGER),
            column("n", ValueType.NUMBER),
            column("t", ValueType.STRING),
            column("b", ValueType.BOOLEAN),
            column("j", ValueType.STRING),
            column("never", ValueType.STRING),
            column("late", ValueType.INTEGER),
            column("g", ValueType.BOOLEAN));
    List<AnsweredRow> backwards = new ArrayList<>(rows);
    Collections.reverse(backwards);
    assertThat(Rows.schema(columns, rows).columns()).isEqualTo(expected);
    assertThat(Rows.schema(columns, backwards).columns()).isEqualTo(expected);
    assertThat(Rows.schema(columns, List.of()).columns())
        .extracting(TableSchema.Stored::name)
        .containsExactly("i", "n", "t", "b", "j", "never", "late", "g");
  }

  @Test
  void rowsAreOrderedByTheirUtf8Bytes() {
    List<String> ids =
        new ArrayList<>(List.of("", "a", "ab", "b", "ä", "表", "\uFFFD", "😀", "😀a"));
    List<String> byBytes = new ArrayList<>(ids);
    byBytes.sort((a, b) -> Arrays.compareUnsigned(utf8(a), utf8(b)));
    Collections.shuffle(ids, new Random(2));
    ids.sort(RowOrder.of(StoredType.TEXT));
    assertThat(ids).isEqualTo(byBytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"int32", "int64 (INTEGER(64,false))", "int64", "double", "int32 (DECIMAL(9,0))"})
  void numbersAreOrderedAsNumbersAndOtherIdsComeLast(String type) {
    List<String> ids = new ArrayList<>(List.of("10", "9", "b#2", "100", "b#10", "0", "2"));
    StoredType stored =
        StoredType.of(
            MessageTypeParser.parseMessageType(
                    "message m { optional " + type.replaceFirst("( |$)", " c$1") + "; }")
                .getType(0));
    ids.sort(RowOrder.of(stored));
    assertThat(ids).containsExactly("0", "2", "9", "10", "100", "b#10", "b#2");
  }

  @Test
  void reservedAndRepeatedNamesAreRefused() {
    Included x = new Included("x", Optional.empty());
    assertThatThrownBy(() -> columns(List.of(x), List.of(new Column("trace", ValueType.STRING))))
        .hasMessage("the column name \"trace\" is reserved");
    assertThatThrownBy(() -> columns(List.of(x), List.of(new Column("x", ValueType.STRING))))
        .hasMessage("the column name \"x\" is used twice");
  }

  private static TableColumns columns(List<Included> included, List<Column> generated) {
    return new TableColumns(StoredType.TEXT, false, included, generated, true);
  }

  private static TableSchema.Stored column(String name, ValueType type) {
    return new TableSchema.Stored(name, ParquetSchema.of(type));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
