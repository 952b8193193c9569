package dev.espalier.row;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;

/**
 * What a program read of a row, and a fingerprint of it: the outcome of a row whose fingerprint is
 * the same is the same.
 *
 * @param fields names of fields it asked for, sorted, whether the row has them or not
 * @param names whether it also read which fields there are
 * @param hash of the id, of why the row could not be read, and of what was read: the first 128 bits
 *     of SHA-256, in hexadecimal; empty if nobody knows what was read
 */
public record RowReads(List<String> fields, boolean names, String hash) implements Serializable {
  /** Of an outcome of which nobody knows what was read: it is that of no row. */
  public static final RowReads UNKNOWN = new RowReads(List.of(), false, "");

  /** Of an outcome that stays whatever the row holds: its owner knows that it has not changed. */
  public static final RowReads ANY = new RowReads(List.of(), false, "*");

  private static final int HASH_BYTES = 16;

  public RowReads {
    fields = List.copyOf(fields);
    Objects.requireNonNull(hash, "hash");
  }

  static RowReads of(Row row, Collection<String> fields, boolean names) {
    List<String> sorted = List.copyOf(new TreeSet<>(fields));
    return new RowReads(sorted, names, hash(row, sorted, names));
  }

  /** All of a row. */
  public static RowReads ofAll(Row row) {
    return of(row, row.fields().keySet(), true);
  }

  /** Nothing but the id, and why the row could not be read. */
  public static RowReads ofNoField(Row row) {
    return of(row, List.of(), false);
  }

  public boolean isKnown() {
    return !hash.isEmpty();
  }

  /** Whether a program that read this would read the same of {@code row}. */
  public boolean isOf(Row row) {
    return equals(ANY) || (isKnown() && hash.equals(hash(row, fields, names)));
  }

  private static String hash(Row row, List<String> fields, boolean names) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      Encoding.writeText(row.id(), bytes);
      Encoding.writeError(row.error(), bytes);
      Encoding.writeFlag(names, bytes);
      if (names) {
        Encoding.writeValue(new ArrayList<>(row.fields().keySet()), bytes);
      }
      for (String field : fields) {
        Encoding.writeText(field, bytes);
        Encoding.writeFlag(row.fields().containsKey(field), bytes);
        Encoding.writeValue(row.fields().get(field), bytes);
      }
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray());
      return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    } catch (IOException e) {
      throw new UncheckedIOException("row " + row.id() + ": " + e.getMessage(), e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  static void write(RowReads reads, OutputStream out) throws IOException {
    Encoding.writeValue(reads.fields, out);
    Encoding.writeFlag(reads.names, out);
    Encoding.writeText(reads.hash, out);
  }

  static RowReads read(InputStream in) throws IOException {
    List<String> fields = new ArrayList<>();
    if (Encoding.readValue(in) instanceof List<?> list) {
      list.forEach(field -> fields.add((String) field));
    }
    return new RowReads(fields, Encoding.readFlag(in), Encoding.readText(in));
  }
}
