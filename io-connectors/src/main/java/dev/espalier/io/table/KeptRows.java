package dev.espalier.io.table;

import dev.espalier.io.FileProblemException;
import dev.espalier.io.parquet.DigestingOutputFile;
import dev.espalier.io.record.RecordReader;
import dev.espalier.io.record.RecordSchema;
import dev.espalier.io.record.RecordSchema.Field;
import dev.espalier.io.record.RecordSchema.Kind;
import dev.espalier.io.record.RecordWriter;
import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.io.storage.StorageUse;
import dev.espalier.row.EncodedRow;
import dev.espalier.row.RowCoders;
import dev.espalier.row.RowError;
import dev.espalier.row.RowOutcome;
import dev.espalier.row.RowReads;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files beside those of a table, one for each part and in its order, that hold what the table
 * cannot: what was read of each row, and its outcome with the types that the row itself has. A
 * record that is damaged is passed over: its row is computed again.
 */
public final class KeptRows implements Closeable {
  private static final RecordSchema SCHEMA =
      new RecordSchema(
          "kept_row",
          List.of(
              new Field("id", Kind.TEXT),
              new Field("fields_read", Kind.TEXTS),
              new Field("names_read", Kind.FLAG),
              new Field("fingerprint", Kind.TEXT),
              new Field("error", Kind.TEXT),
              new Field("content", Kind.TEXT),
              new Field("outcome", Kind.BYTES),
              new Field("check", Kind.INTEGER)));

  /** What is read; the rest is for people, and is in the outcome too. */
  private static final RecordSchema READ =
      new RecordSchema(SCHEMA.name(), SCHEMA.fields().subList(5, 8));

  private static final Logger LOG = LoggerFactory.getLogger(KeptRows.class);
  private static final int CONTENT_BYTES = 16;

  private final RecordReader reader;

  private KeptRows(RecordReader reader) {
    this.reader = reader;
  }

  /** A row of a table. */
  public static final class Kept {
    private final String content;
    private final byte[] outcome;

    private Kept(String content, byte[] outcome) {
      this.content = content;
      this.outcome = outcome;
    }

    /** A hash of all that the table has of it, in hexadecimal. */
    public String content() {
      return content;
    }

    public String id() throws IOException {
      return RowCoders.id(outcome);
    }

    public RowOutcome outcome() throws IOException {
      return RowCoders.OUTCOME.ofBytes(outcome);
    }
  }

  /** Gets rows. */
  @FunctionalInterface
  public interface Sink {
    void accept(Kept row) throws IOException;
  }

  /** See {@link Kept#content}. */
  static String contentOf(EncodedRow row) {
    byte[] digest = DigestingOutputFile.sha256().digest(row.content());
    return HexFormat.of().formatHex(digest, 0, CONTENT_BYTES);
  }

  /** The files of a complete table, by its parts. */
  public static List<String> filesOf(String table, Manifest manifest) {
    TableLayout layout = new TableLayout(table);
    return manifest.files().stream().map(file -> layout.kept(file.name())).toList();
  }

  /**
   * The rows of a file that are whole; none if it is missing or cannot be read.
   *
   * @return how many they are
   */
  @SuppressWarnings("try") // the use lasts as long as the reading
  public static long forEach(StorageOptions options, String file, Sink sink) throws IOException {
    long count = 0;
    try (StorageUse use = StorageUse.begin();
        KeptRows rows = open(options.open(file), file)) {
      for (Optional<Kept> row = rows.next(); row.isPresent(); row = rows.next()) {
        sink.accept(row.get());
        count++;
      }
    } catch (FileProblemException | NoSuchFileException | FileNotFoundException e) {
      LOG.warn("{}: its rows are computed again", file, e);
    }
    return count;
  }

  /** Opens the file of a part. */
  private static KeptRows open(Storage storage, String path) throws IOException {
    return new KeptRows(RecordReader.open(storage, path, SCHEMA, READ));
  }

  /** The next row that is whole; empty at the end. */
  private Optional<Kept> next() throws IOException {
    for (var record = reader.next(); record.isPresent(); record = reader.next()) {
      List<Object> values = record.get();
      String content = (String) values.get(0);
      byte[] outcome = (byte[]) values.get(1);
      if (values.get(2).equals(check(content, outcome))) {
        return Optional.of(new Kept(content, outcome));
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }

  private static long check(String content, byte[] outcome) {
    MessageDigest digest = DigestingOutputFile.sha256();
    digest.update(content.getBytes(StandardCharsets.UTF_8));
    return ByteBuffer.wrap(digest.digest(outcome)).getLong();
  }

  /** Writes the file of a part. */
  static final class Writer implements Closeable {
    private final RecordWriter writer;

    Writer(Storage storage, String path) throws IOException {
      this.writer = RecordWriter.create(storage, path, SCHEMA);
    }

    /**
     * @param outcome of the row, decoded
     * @param content see {@link Kept#content}
     */
    void add(EncodedRow row, RowOutcome outcome, String content) throws IOException {
      RowReads reads = outcome.reads();
      byte[] bytes = row.outcome();
      writer.write(
          outcome.id(),
          reads.fields(),
          reads.names(),
          reads.hash(),
          outcome.error().map(RowError::code).orElse(""),
          content,
          bytes,
          check(content, bytes));
    }

    @Override
    public void close() throws IOException {
      writer.close();
    }

    /** See {@link RecordWriter#sha256Hex}. */
    String sha256Hex() {
      return writer.sha256Hex();
    }
  }
}
