package dev.espalier.io.table;

import dev.espalier.row.EncodedRow;
import dev.espalier.row.RecordCoder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.coders.VarIntCoder;

/** What comes together for a shard: its rows, and rows of the table before. */
record ShardRecord(Optional<EncodedRow> row, Optional<FormerRow> former) {
  static final RecordCoder<ShardRecord> CODER =
      RecordCoder.of(ShardRecord.class, ShardRecord::write, ShardRecord::read);

  /** Lists of records, by shard. */
  static final KvCoder<Integer, List<ShardRecord>> KEYED =
      KvCoder.of(VarIntCoder.of(), ListCoder.of(CODER));

  private static final int ROW = 0;
  private static final int FORMER = 1;

  ShardRecord {
    if (row.isPresent() == former.isPresent()) {
      throw new IllegalArgumentException("either a row of the table or one of that before");
    }
  }

  static ShardRecord of(EncodedRow row) {
    return new ShardRecord(Optional.of(row), Optional.empty());
  }

  static ShardRecord of(FormerRow row) {
    return new ShardRecord(Optional.empty(), Optional.of(row));
  }

  private static void write(ShardRecord record, OutputStream out) throws IOException {
    if (record.row.isPresent()) {
      out.write(ROW);
      EncodedRow.CODER.encode(record.row.get(), out);
    } else {
      out.write(FORMER);
      FormerRow.CODER.encode(record.former.orElseThrow(), out);
    }
  }

  private static ShardRecord read(InputStream in) throws IOException {
    int kind = in.read();
    return switch (kind) {
      case ROW -> of(EncodedRow.CODER.decode(in));
      case FORMER -> of(FormerRow.CODER.decode(in));
      default -> throw new CoderException("no record of a shard begins with byte " + kind);
    };
  }
}
