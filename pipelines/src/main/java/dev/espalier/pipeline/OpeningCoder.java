package dev.espalier.pipeline;

import dev.espalier.prefix.Opening;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.AtomicCoder;

/** Openings. */
final class OpeningCoder extends AtomicCoder<Opening> {
  private static final OpeningCoder INSTANCE = new OpeningCoder();

  private OpeningCoder() {}

  static OpeningCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(Opening opening, OutputStream out) throws IOException {
    Encoding.writeTokens(opening.tokens(), out);
    Encoding.writeText(opening.rowId(), out);
  }

  @Override
  public Opening decode(InputStream in) throws IOException {
    return new Opening(Encoding.readTokens(in), Encoding.readText(in));
  }
}
