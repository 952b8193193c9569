package dev.espalier.io.table;

import dev.espalier.row.Encoding;
import dev.espalier.row.RecordCoder;
import org.apache.beam.sdk.coders.CoderException;

/**
 * A row of a table that is not as it was in the table before.
 *
 * @param id of the row
 */
public record RowChange(String id, Kind kind) {
  /** Changes of rows. */
  public static final RecordCoder<RowChange> CODER =
      RecordCoder.of(
          RowChange.class,
          (change, out) -> {
            Encoding.writeText(change.id, out);
            Encoding.writeText(change.kind.name(), out);
          },
          in -> new RowChange(Encoding.readText(in), Kind.of(Encoding.readText(in))));

  /** What became of a row. */
  public enum Kind {
    /** It was not there. */
    NEW,
    /** It had other content, or content that nobody knows. */
    CHANGED,
    /** It is gone. */
    DELETED;

    private static Kind of(String name) throws CoderException {
      try {
        return valueOf(name);
      } catch (IllegalArgumentException e) {
        throw new CoderException("no change is called " + name, e);
      }
    }
  }
}
