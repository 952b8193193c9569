package dev.espalier.pipeline;

import dev.espalier.prefix.OpeningSummary;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.AtomicCoder;

/** Summaries of openings, while they are combined. */
final class OpeningSummaryCoder extends AtomicCoder<OpeningSummary> {
  private static final OpeningSummaryCoder INSTANCE = new OpeningSummaryCoder();

  private OpeningSummaryCoder() {}

  static OpeningSummaryCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(OpeningSummary summary, OutputStream out) throws IOException {
    DataOutputStream data = new DataOutputStream(out);
    summary.writeTo(data);
    data.flush();
  }

  @Override
  public OpeningSummary decode(InputStream in) throws IOException {
    return OpeningSummary.readFrom(new DataInputStream(in));
  }
}
