package dev.espalier.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.AtomicCoder;

/** Rows with their outcomes. */
public final class AnsweredRowCoder extends AtomicCoder<AnsweredRow> {
  private static final AnsweredRowCoder INSTANCE = new AnsweredRowCoder();

  private AnsweredRowCoder() {}

  public static AnsweredRowCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(AnsweredRow answered, OutputStream out) throws IOException {
    RowCoder.of().encode(answered.row(), out);
    RowOutcomeCoder.of().encode(answered.outcome(), out);
  }

  @Override
  public AnsweredRow decode(InputStream in) throws IOException {
    return new AnsweredRow(RowCoder.of().decode(in), RowOutcomeCoder.of().decode(in));
  }
}
