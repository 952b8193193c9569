package dev.espalier.io.parquet;

import dev.espalier.io.FileProblemException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.schema.MessageType;

/** Holds what a footer says against its file: the schema's tree, and where columns lie. */
final class FooterCheck {
  /** Fields of the schema, nested ones too. */
  static final int MAX_FIELDS = 100_000;

  /** A list takes two or three of them. */
  static final int MAX_NESTING = 100;

  private static final int HEAD = 4; // the magic before the first column
  private static final String WRITE_AGAIN = "Copy or write the file again";

  private final String path;
  private final long end; // of what columns may take

  private FooterCheck(String path, long end) {
    this.path = path;
    this.end = end;
  }

  /**
   * Checks a footer.
   *
   * @param end where the footer begins
   */
  static MessageType check(String path, FileMetaData footer, long end)
      throws IOException, DamagedException {
    FooterCheck check = new FooterCheck(path, end);
    check.tree(footer.getSchema());
    MessageType schema = schema(footer);
    List<RowGroup> groups = footer.getRow_groups();
    for (int i = 0; i < groups.size(); i++) {
      check.group(groups.get(i), i, schema.getColumns());
    }
    return schema;
  }

  /** Where the first page of a column begins. */
  static long start(ColumnMetaData column) {
    long data = column.getData_page_offset();
    long dictionary = column.isSetDictionary_page_offset() ? column.getDictionary_page_offset() : 0;
    return dictionary > 0 && dictionary < data ? dictionary : data;
  }

  /** The schema is a tree, written in the order of a walk with the number of children of each. */
  private void tree(List<SchemaElement> elements) throws IOException, DamagedException {
    if (elements.isEmpty()) {
      throw new DamagedException("it has no schema");
    }
    if (elements.size() > MAX_FIELDS) {
      throw new FileProblemException(
          "%s: %s columns, nested fields counted, where %s are the most"
              .formatted(path, elements.size(), MAX_FIELDS),
          "Write fewer columns, or several files");
    }
    Deque<Level> open = new ArrayDeque<>();
    open.push(new Level(children(elements.get(0))));
    for (SchemaElement element : elements.subList(1, elements.size())) {
      if (element.isSetLogicalType() && !element.getLogicalType().isSet()) {
        element
            .unsetLogicalType(); // one of a later version: the values are read as they are stored
      }
      while (!open.isEmpty() && open.peek().left == 0) {
        open.pop();
      }
      if (open.isEmpty()) {
        throw new DamagedException("its schema has more fields than it says");
      }
      Level level = open.peek();
      level.left--;
      if (!level.names.add(element.getName())) {
        throw new FileProblemException(
            "%s: two columns are named \"%s\"".formatted(path, element.getName()),
            "Give each column a name of its own");
      }
      if (!element.isSetType()) {
        open.push(new Level(children(element)));
      }
      if (open.size() > MAX_NESTING) {
        throw new FileProblemException(
            "%s: columns nested deeper than %s".formatted(path, MAX_NESTING),
            "Write nested values as JSON text");
      }
    }
    while (!open.isEmpty()) {
      if (open.pop().left > 0) {
        throw new DamagedException("its schema has fewer fields than it says");
      }
    }
  }

  private static int children(SchemaElement element) throws DamagedException {
    int children = element.getNum_children();
    if (children < 0) {
      throw new DamagedException("a field has " + children + " children");
    }
    return children;
  }

  /** Fields of one group that are still to come. */
  private static final class Level {
    private final Set<String> names = new HashSet<>();
    private int left;

    Level(int left) {
      this.left = left;
    }
  }

  private static MessageType schema(FileMetaData footer) throws DamagedException {
    FileMetaData withoutColumns =
        new FileMetaData(footer.getVersion(), footer.getSchema(), 0, List.of());
    withoutColumns.setKey_value_metadata(List.of());
    try {
      return new ParquetMetadataConverter()
          .fromParquetMetadata(withoutColumns)
          .getFileMetaData()
          .getSchema();
    } catch (IOException | RuntimeException e) {
      throw new DamagedException("its schema is not sound", e);
    }
  }

  private void group(RowGroup group, int number, List<ColumnDescriptor> columns)
      throws IOException {
    if (group.getNum_rows() < 0) {
      throw problem(number, "it has " + group.getNum_rows() + " rows");
    }
    if (group.getColumns().size() != columns.size()) {
      throw problem(
          number,
          "it has %s columns where the schema has %s"
              .formatted(group.getColumns().size(), columns.size()));
    }
    if (columns.isEmpty() && group.getNum_rows() > 0) {
      throw problem(number, "it has rows without a column");
    }
    for (int i = 0; i < columns.size(); i++) {
      chunk(group, number, group.getColumns().get(i), columns.get(i));
    }
  }

  private void chunk(RowGroup group, int number, ColumnChunk chunk, ColumnDescriptor column)
      throws IOException {
    String name = String.join(".", column.getPath());
    String place = "column \"" + name + "\": ";
    if (chunk.isSetCrypto_metadata() || !chunk.isSetMeta_data()) {
      throw ParquetFile.encrypted(
          "%s: column \"%s\" of the Parquet file is encrypted".formatted(path, name));
    }
    if (chunk.isSetFile_path() && !chunk.getFile_path().isEmpty()) {
      throw new FileProblemException(
          "%s: column \"%s\" lies in another file, which is not read".formatted(path, name),
          "Name the files that hold the rows");
    }
    if (group.getNum_rows() == 0) {
      return; // never read; writers put an offset of 0 there
    }
    ColumnMetaData meta = chunk.getMeta_data();
    checkCodec(meta.getCodec(), name);
    if (!meta.getPath_in_schema().equals(Arrays.asList(column.getPath()))
        || meta.getType() == null
        || !meta.getType().name().equals(typeName(column))) {
      throw problem(number, place + "it is not the one that the schema has there");
    }
    long start = start(meta);
    long size = meta.getTotal_compressed_size();
    if (start < HEAD || size < 0 || size > end - start) {
      throw problem(
          number, place + "its %s bytes at %s are not in the file".formatted(size, start));
    }
    if (size > Integer.MAX_VALUE - 8) {
      throw new FileProblemException(
          "%s: row group %s, %s%s bytes, where %s are the most"
              .formatted(path, number, place, size, Integer.MAX_VALUE - 8),
          "Write smaller row groups");
    }
    if (meta.getNum_values() < group.getNum_rows()
        || (column.getMaxRepetitionLevel() == 0 && meta.getNum_values() != group.getNum_rows())) {
      throw problem(
          number,
          place + "%s values for %s rows".formatted(meta.getNum_values(), group.getNum_rows()));
    }
  }

  private static String typeName(ColumnDescriptor column) {
    String name = column.getPrimitiveType().getPrimitiveTypeName().name();
    return name.equals("BINARY") ? "BYTE_ARRAY" : name;
  }

  private void checkCodec(CompressionCodec codec, String name) throws FileProblemException {
    if (codec == null || PageCodec.of(codec) == null) {
      throw new FileProblemException(
          "%s: column \"%s\" is compressed with %s, which is not read"
              .formatted(path, name, codec == null ? "a codec that is not known" : codec),
          "Write the file with " + PageCodec.SUPPORTED);
    }
  }

  private FileProblemException problem(int group, String problem) {
    return new FileProblemException(
        "%s: row group %s: %s".formatted(path, group, problem), WRITE_AGAIN);
  }
}
