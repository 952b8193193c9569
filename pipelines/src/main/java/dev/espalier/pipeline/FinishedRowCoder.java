package dev.espalier.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.AtomicCoder;

/** Finished rows; also the form in which a journal can keep them. */
public final class FinishedRowCoder extends AtomicCoder<FinishedRow> {
  private static final FinishedRowCoder INSTANCE = new FinishedRowCoder();

  private FinishedRowCoder() {}

  public static FinishedRowCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(FinishedRow row, OutputStream out) throws IOException {
    Encoding.writeText(row.rowHash(), out);
    RowOutcomeCoder.of().encode(row.outcome(), out);
  }

  @Override
  public FinishedRow decode(InputStream in) throws IOException {
    return new FinishedRow(Encoding.readText(in), RowOutcomeCoder.of().decode(in));
  }
}
