package dev.espalier.eval.page;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;

/** Data in a page: JSON, compressed, in base64. No text of it can end the element that it is in. */
final class DataBlock {
  /** Escapes all that is not ASCII, so that halves of surrogate pairs stay what they are. */
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private DataBlock() {}

  /** Writes JSON. */
  interface Content {
    void write(JsonGenerator json) throws IOException;
  }

  /**
   * Writes an element.
   *
   * @param id of the element, of letters and digits
   * @param out stays open
   */
  static void write(OutputStream out, String id, Content content) throws IOException {
    String start = "<script type=\"application/gzip\" id=\"" + id + "\">";
    out.write(start.getBytes(StandardCharsets.UTF_8));
    OutputStream base64 = Base64.getEncoder().wrap(new Unclosed(out));
    GZIPOutputStream gzip = new GZIPOutputStream(base64, 1 << 16);
    // A generator over a writer: the one over bytes refuses half a surrogate pair.
    try (JsonGenerator json =
        JSON.createGenerator(new OutputStreamWriter(gzip, StandardCharsets.US_ASCII))) {
      content.write(json);
    }
    out.write("</script>\n".getBytes(StandardCharsets.UTF_8));
  }

  private static final class Unclosed extends FilterOutputStream {
    Unclosed(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      out.write(bytes, from, length);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
