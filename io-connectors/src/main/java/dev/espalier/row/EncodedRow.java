package dev.espalier.row;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * A row with its outcome in the bytes of {@link RowCoders#ANSWERED}, so that it is encoded once for
 * all who pass it on, measure it or compare it. Immutable; the bytes are shared and must not be
 * changed.
 */
public final class EncodedRow {
  /** Encoded rows. */
  public static final RecordCoder<EncodedRow> CODER =
      RecordCoder.of(EncodedRow.class, EncodedRow::write, EncodedRow::read);

  private static final byte[] NOTHING_KNOWN = readsUnknown();

  private final byte[] bytes;
  private final int outcome; // where it begins
  private final int reads; // where they begin, at the outcome's end

  private EncodedRow(byte[] bytes, int outcome, int reads) {
    this.bytes = bytes;
    this.outcome = outcome;
    this.reads = reads;
  }

  public static EncodedRow of(AnsweredRow row) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    RowCoders.ROW.encode(row.row(), out);
    int outcome = out.size();
    RowCoders.writeAnswer(row.outcome(), out);
    int reads = out.size();
    RowReads.write(row.outcome().reads(), out);
    return new EncodedRow(out.toByteArray(), outcome, reads);
  }

  private static byte[] readsUnknown() {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      RowReads.write(RowReads.UNKNOWN, out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new IllegalStateException("memory is written without fail", e);
    }
  }

  /** The bytes of {@link RowCoders#ANSWERED}. */
  public byte[] bytes() {
    return bytes;
  }

  /** The bytes of {@link RowCoders#OUTCOME}. */
  public byte[] outcome() {
    return Arrays.copyOfRange(bytes, outcome, bytes.length);
  }

  /** The bytes that it would have if nobody knew what was read of it: what a table holds of it. */
  public byte[] content() {
    byte[] content = Arrays.copyOf(bytes, contentLength());
    System.arraycopy(NOTHING_KNOWN, 0, content, reads, NOTHING_KNOWN.length);
    return content;
  }

  /** How long {@link #content} is. */
  public int contentLength() {
    return reads + NOTHING_KNOWN.length;
  }

  public String id() throws IOException {
    return RowCoders.id(bytes);
  }

  public AnsweredRow row() throws IOException {
    return RowCoders.ANSWERED.ofBytes(bytes);
  }

  private static void write(EncodedRow row, OutputStream out) throws IOException {
    Encoding.writeCount(row.outcome, out);
    Encoding.writeCount(row.reads, out);
    Encoding.writeBytes(row.bytes, out);
  }

  private static EncodedRow read(InputStream in) throws IOException {
    int outcome = Encoding.readCount(in);
    int reads = Encoding.readCount(in);
    return new EncodedRow(Encoding.readBytes(in), outcome, reads);
  }
}
