package dev.espalier.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.coders.CoderException;

/** Rows and finished rows in one stream. */
final class KnownRowCoder extends AtomicCoder<KnownRow> {
  private static final int ROW = 0;
  private static final int FINISHED = 1;
  private static final KnownRowCoder INSTANCE = new KnownRowCoder();

  private KnownRowCoder() {}

  static KnownRowCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(KnownRow known, OutputStream out) throws IOException {
    if (known.row().isPresent()) {
      out.write(ROW);
      RowCoder.of().encode(known.row().get(), out);
    } else {
      out.write(FINISHED);
      FinishedRowCoder.of().encode(known.finished().orElseThrow(), out);
    }
  }

  @Override
  public KnownRow decode(InputStream in) throws IOException {
    int kind = in.read();
    return switch (kind) {
      case ROW -> KnownRow.of(RowCoder.of().decode(in));
      case FINISHED -> KnownRow.of(FinishedRowCoder.of().decode(in));
      default -> throw new CoderException("no known row begins with byte " + kind);
    };
  }
}
