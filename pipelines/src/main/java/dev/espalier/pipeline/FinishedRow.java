package dev.espalier.pipeline;

import dev.espalier.row.Row;
import dev.espalier.row.RowCoders;
import dev.espalier.row.RowOutcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;

/**
 * An outcome, and what it is the outcome of.
 *
 * @param rowHash {@link #hash} of the row; with another hash the row has changed since
 */
public record FinishedRow(String rowHash, RowOutcome outcome) implements Serializable {
  private static final String ANY_CONTENT = "*";

  public FinishedRow {
    Objects.requireNonNull(rowHash, "rowHash");
    Objects.requireNonNull(outcome, "outcome");
  }

  /** An outcome that stays whatever the row holds: its owner knows that the row has not changed. */
  public static FinishedRow ofAnyContent(RowOutcome outcome) {
    return new FinishedRow(ANY_CONTENT, outcome);
  }

  /** Whether this is the outcome of a row of this hash. */
  boolean isOf(String hash) {
    return rowHash.equals(hash) || rowHash.equals(ANY_CONTENT);
  }

  /** The first 128 bits of SHA-256 over the encoded row, in hexadecimal. */
  public static String hash(Row row) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      RowCoders.ROW.encode(row, bytes);
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray());
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (IOException e) {
      throw new UncheckedIOException("row " + row.id() + ": " + e.getMessage(), e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
