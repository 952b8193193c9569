package dev.espalier.pipeline;

import dev.espalier.prefix.PrefixTotals;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.AtomicCoder;

/** Totals of openings. */
final class PrefixTotalsCoder extends AtomicCoder<PrefixTotals> {
  private static final PrefixTotalsCoder INSTANCE = new PrefixTotalsCoder();

  private PrefixTotalsCoder() {}

  static PrefixTotalsCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(PrefixTotals totals, OutputStream out) throws IOException {
    Encoding.writeTotals(totals, out);
  }

  @Override
  public PrefixTotals decode(InputStream in) throws IOException {
    return Encoding.readTotals(in);
  }
}
