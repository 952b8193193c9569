package dev.espalier.pipeline;

import dev.espalier.row.Row;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.AtomicCoder;

/** Rows: id, fields in their order, error. */
public final class RowCoder extends AtomicCoder<Row> {
  private static final RowCoder INSTANCE = new RowCoder();

  private RowCoder() {}

  public static RowCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(Row row, OutputStream out) throws IOException {
    Encoding.writeText(row.id(), out);
    Encoding.writeMap(row.fields(), out);
    Encoding.writeError(row.error(), out);
  }

  @Override
  public Row decode(InputStream in) throws IOException {
    return new Row(Encoding.readText(in), Encoding.readMap(in), Encoding.readError(in));
  }
}
