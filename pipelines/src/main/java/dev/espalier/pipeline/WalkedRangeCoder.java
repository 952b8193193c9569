package dev.espalier.pipeline;

import dev.espalier.prefix.WalkedRange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.AtomicCoder;

/** Ranges that ran, with their exact totals. */
final class WalkedRangeCoder extends AtomicCoder<WalkedRange> {
  private static final WalkedRangeCoder INSTANCE = new WalkedRangeCoder();

  private WalkedRangeCoder() {}

  static WalkedRangeCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(WalkedRange range, OutputStream out) throws IOException {
    Encoding.writeCount(range.index(), out);
    Encoding.writeTokens(range.first(), out);
    Encoding.writeTokens(range.last(), out);
    Encoding.writeTotals(range.totals(), out);
  }

  @Override
  public WalkedRange decode(InputStream in) throws IOException {
    return new WalkedRange(
        Encoding.readCount(in),
        Encoding.readTokens(in),
        Encoding.readTokens(in),
        Encoding.readTotals(in));
  }
}
