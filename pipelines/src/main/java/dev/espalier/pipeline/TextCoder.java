package dev.espalier.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.AtomicCoder;

/** Strings, those with lone surrogates included, which UTF-8 would merge. */
final class TextCoder extends AtomicCoder<String> {
  private static final TextCoder INSTANCE = new TextCoder();

  private TextCoder() {}

  static TextCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(String text, OutputStream out) throws IOException {
    Encoding.writeText(text, out);
  }

  @Override
  public String decode(InputStream in) throws IOException {
    return Encoding.readText(in);
  }
}
