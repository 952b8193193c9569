package dev.espalier.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.AtomicCoder;

/** Rows with their openings. */
final class TracedRowCoder extends AtomicCoder<TracedRow> {
  private static final TracedRowCoder INSTANCE = new TracedRowCoder();

  private TracedRowCoder() {}

  static TracedRowCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(TracedRow traced, OutputStream out) throws IOException {
    RowCoder.of().encode(traced.row(), out);
    Encoding.writeTokens(traced.tokens(), out);
  }

  @Override
  public TracedRow decode(InputStream in) throws IOException {
    return new TracedRow(RowCoder.of().decode(in), Encoding.readTokens(in));
  }
}
