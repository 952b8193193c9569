package dev.espalier.io.step;

import dev.espalier.io.record.RecordReader;
import dev.espalier.io.record.RecordSchema;
import dev.espalier.io.record.RecordSchema.Field;
import dev.espalier.io.record.RecordSchema.Kind;
import dev.espalier.io.record.RecordWriter;
import dev.espalier.io.storage.Storage;
import dev.espalier.row.StepRecord;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Steps in a Parquet file, by row and key. What is damaged of it is passed over. */
final class StepFile implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(StepFile.class);

  private static final RecordSchema SCHEMA =
      new RecordSchema(
          "step",
          List.of(
              new Field("row", Kind.TEXT),
              new Field("key", Kind.TEXT),
              new Field("kind", Kind.TEXT),
              new Field("prompt_tokens", Kind.INTEGER),
              new Field("output_tokens", Kind.INTEGER),
              new Field("computed", Kind.TIME),
              new Field("result", Kind.BYTES),
              new Field("check", Kind.INTEGER)));

  private final String path;
  private final RecordReader reader;
  private Step next; // null before it is looked for, and at the end
  private boolean ended;

  /**
   * A step of a row.
   *
   * @param computed when, in milliseconds since 1970
   */
  record Step(String row, StepRecord record, long computed) {
    boolean isBefore(Step other) {
      int byRow = row.compareTo(other.row);
      return byRow < 0 || (byRow == 0 && record.key().compareTo(other.record.key()) < 0);
    }

    boolean hasPlaceOf(Step other) {
      return row.equals(other.row) && record.key().equals(other.record.key());
    }
  }

  private StepFile(String path, RecordReader reader) {
    this.path = path;
    this.reader = reader;
    this.ended = reader == null;
  }

  /** One without steps if it cannot be read. */
  static StepFile open(Storage storage, String path) {
    try {
      return new StepFile(path, RecordReader.open(storage, path, SCHEMA));
    } catch (IOException | RuntimeException e) {
      LOG.warn("{}: steps are computed again", path, e);
      return new StepFile(path, null);
    }
  }

  /** The next step, which {@link #next} will give; empty at the end. */
  Optional<Step> peek() {
    return find(RecordReader::next);
  }

  /** Passes over the steps of rows before {@code row}, and finds the next one. */
  void seek(String row) {
    if (next != null && next.row.compareTo(row) < 0) {
      next = null;
    }
    find(records -> records.next(other -> other.compareTo(row) < 0));
  }

  /** Looks for the next record. */
  @FunctionalInterface
  private interface Search {
    Optional<List<Object>> in(RecordReader records) throws IOException;
  }

  private Optional<Step> find(Search search) {
    while (next == null && !ended) {
      try {
        Optional<List<Object>> values = search.in(reader);
        ended = values.isEmpty();
        next = values.flatMap(StepFile::step).orElse(null);
      } catch (IOException | RuntimeException e) {
        LOG.warn("{}: steps are computed again", path, e);
        ended = true;
      }
    }
    return Optional.ofNullable(next);
  }

  void next() {
    next = null;
  }

  private static Optional<Step> step(List<Object> values) {
    String row = (String) values.get(0);
    String key = (String) values.get(1);
    byte[] result = (byte[]) values.get(6);
    if (!values.get(7).equals(check(row, key, result))) {
      return Optional.empty();
    }
    StepRecord record =
        new StepRecord(
            key,
            (String) values.get(2),
            Math.toIntExact((Long) values.get(3)),
            Math.toIntExact((Long) values.get(4)),
            result);
    return Optional.of(new Step(row, record, (Long) values.get(5)));
  }

  private static long check(String row, String key, byte[] result) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((row.length() + " " + row + key).getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(digest.digest(result)).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  @Override
  public void close() throws IOException {
    if (reader != null) {
      reader.close();
    }
  }

  /** Writes a file; steps come by row and key. */
  static final class Writer implements Closeable {
    private final RecordWriter writer;
    private long newest;

    Writer(Storage storage, String path) throws IOException {
      this.writer = RecordWriter.create(storage, path, SCHEMA);
    }

    void add(Step step) throws IOException {
      StepRecord record = step.record;
      newest = Math.max(newest, step.computed);
      writer.write(
          step.row,
          record.key(),
          record.kind(),
          (long) record.promptTokens(),
          (long) record.outputTokens(),
          step.computed,
          record.result(),
          check(step.row, record.key(), record.result()));
    }

    long newest() {
      return newest;
    }

    @Override
    public void close() throws IOException {
      writer.close();
    }
  }
}
