package dev.espalier.io.parquet;

import dev.espalier.io.FileContent;
import dev.espalier.io.FileProblemException;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.schema.MessageType;

/**
 * An open Parquet file. Whatever the footer says is checked against the file's length when it is
 * opened, and whatever a page says when its row group is read; so a damaged file is refused before
 * memory is asked for what is not in it. Not thread-safe.
 */
public final class ParquetFile implements Closeable {
  /** A footer is held in memory, several times its size. */
  static final int MAX_FOOTER_BYTES = 128 << 20;

  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ENCRYPTED_MAGIC = "PARE".getBytes(StandardCharsets.US_ASCII);
  private static final int TAIL = Integer.BYTES + MAGIC.length;
  private static final String WRITE_AGAIN = "Copy or write the file again";

  private final String path;
  private final SeekableInputStream in;
  private final MessageType schema;
  private final SharedGroups groups;
  private final FileMetaData footer;

  private ParquetFile(
      String path, SeekableInputStream in, FileMetaData footer, MessageType schema) {
    this.path = path;
    this.in = in;
    this.footer = footer;
    this.schema = schema;
    this.groups = new SharedGroups(schema);
  }

  /**
   * Reads the footer.
   *
   * @param path for messages
   * @throws FileProblemException if the file is not whole Parquet, or is encrypted, or has what is
   *     not read: codecs, columns in other files
   */
  public static ParquetFile open(String path, InputFile input) throws IOException {
    long length = input.getLength();
    SeekableInputStream in = input.newStream();
    try {
      int footerBytes = checkEnds(path, in, length);
      byte[] bytes = new byte[footerBytes];
      long end = length - TAIL - footerBytes;
      in.seek(end);
      in.readFully(bytes);
      FileMetaData footer = parse(bytes);
      MessageType schema = FooterCheck.check(path, footer, end);
      return new ParquetFile(path, in, footer, schema);
    } catch (DamagedException e) {
      in.close();
      throw new FileProblemException(
          path + ": the Parquet footer cannot be read: " + e.getMessage(), WRITE_AGAIN, e);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private static FileMetaData parse(byte[] bytes) throws DamagedException {
    CompactProtocol.endOfStruct(bytes, 0, bytes.length);
    try {
      return Util.readFileMetaData(new ByteArrayInputStream(bytes), MAX_FOOTER_BYTES);
    } catch (IOException | RuntimeException e) {
      throw new DamagedException("it lacks what every footer has", e);
    }
  }

  /** Returns the size of the footer. */
  private static int checkEnds(String path, SeekableInputStream in, long length)
      throws IOException, DamagedException {
    if (length == 0) {
      throw new FileProblemException(
          path + ": the file is empty, which no Parquet file is", "Write the file again");
    }
    byte[] head = new byte[(int) Math.min(FileContent.HEAD_BYTES, length)];
    byte[] tail = new byte[TAIL];
    in.readFully(head);
    boolean whole = length >= MAGIC.length + TAIL;
    if (whole) {
      in.seek(length - TAIL);
      in.readFully(tail);
    }
    byte[] tailMagic = Arrays.copyOfRange(tail, Integer.BYTES, TAIL);
    byte[] headMagic = Arrays.copyOf(head, MAGIC.length);
    if (Arrays.equals(headMagic, ENCRYPTED_MAGIC) || Arrays.equals(tailMagic, ENCRYPTED_MAGIC)) {
      throw encrypted(path + ": the Parquet file is encrypted");
    }
    if (!Arrays.equals(headMagic, MAGIC)) {
      String found = FileContent.of(head).map(other -> ", but " + other.name()).orElse("");
      throw new FileProblemException(
          path + ": not a Parquet file" + found + "; it does not begin with PAR1",
          "Check the file's format");
    }
    if (!Arrays.equals(tailMagic, MAGIC)) {
      throw new FileProblemException(
          path
              + ": the Parquet file is cut short at "
              + length
              + " bytes; it does not end with PAR1",
          WRITE_AGAIN);
    }
    long footer =
        Integer.toUnsignedLong(ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN).getInt());
    if (footer == 0 || footer > length - MAGIC.length - TAIL) {
      throw new DamagedException(
          "its size, %s bytes, does not fit into the file's %s".formatted(footer, length));
    }
    if (footer > MAX_FOOTER_BYTES) {
      throw new FileProblemException(
          "%s: a Parquet footer of %s bytes, where %s are the most"
              .formatted(path, footer, MAX_FOOTER_BYTES),
          "Write the data as several files, or with larger row groups");
    }
    return (int) footer;
  }

  static FileProblemException encrypted(String problem) {
    return new FileProblemException(problem, "Write it without encryption");
  }

  public MessageType schema() {
    return schema;
  }

  /** The name and version of the writer, empty if the file does not tell. */
  public String writer() {
    return footer.isSetCreated_by() ? footer.getCreated_by() : "";
  }

  /** How many there are; some may have no rows. */
  public int rowGroups() {
    return footer.getRow_groups().size();
  }

  /** Rows of one row group. */
  public long rows(int rowGroup) {
    return footer.getRow_groups().get(rowGroup).getNum_rows();
  }

  /** Rows of the file. */
  public long rows() {
    return footer.getRow_groups().stream().mapToLong(RowGroup::getNum_rows).sum();
  }

  /**
   * Reads the pages of a row group into memory, as they are in the file.
   *
   * @throws FileProblemException if they are not what the footer says
   */
  public RowGroupPages read(int rowGroup) throws IOException {
    return read(rowGroup, schema);
  }

  /**
   * Reads the pages of some columns alone.
   *
   * @param some part of the schema
   * @throws FileProblemException if they are not what the footer says
   */
  public RowGroupPages read(int rowGroup, MessageType some) throws IOException {
    RowGroup group = footer.getRow_groups().get(rowGroup);
    Map<ColumnDescriptor, ColumnPages> pages = new LinkedHashMap<>();
    List<ColumnDescriptor> columns = schema.getColumns();
    for (int i = 0; i < columns.size(); i++) {
      ColumnDescriptor column = columns.get(i);
      if (!some.containsPath(column.getPath())) {
        continue;
      }
      try {
        pages.put(column, pages(column, group.getColumns().get(i)));
      } catch (DamagedException e) {
        throw damaged(rowGroup, String.join(".", column.getPath()), e.getMessage(), e);
      }
    }
    return new RowGroupPages(this, rowGroup, group.getNum_rows(), pages);
  }

  private ColumnPages pages(ColumnDescriptor column, ColumnChunk chunk)
      throws IOException, DamagedException {
    ColumnMetaData meta = chunk.getMeta_data();
    byte[] bytes = new byte[(int) meta.getTotal_compressed_size()];
    in.seek(FooterCheck.start(meta));
    in.readFully(bytes);
    ColumnStructure structure = new ColumnStructure(column, groups);
    return new ColumnPages(
        column, PageCodec.of(meta.getCodec()), bytes, meta.getNum_values(), structure);
  }

  /** The problem of a column whose pages cannot be read. */
  public FileProblemException damaged(
      int rowGroup, String column, String problem, Throwable cause) {
    return new FileProblemException(
        "%s: row group %s, column \"%s\": %s".formatted(path, rowGroup, column, problem),
        "Write the file again; it is damaged",
        cause);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
