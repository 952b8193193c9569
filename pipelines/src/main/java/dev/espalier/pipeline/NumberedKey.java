package dev.espalier.pipeline;

import dev.espalier.row.Encoding;
import dev.espalier.row.RecordCoder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A key that a range or a bucket is grouped by.
 *
 * @param number of the range or bucket, from 0
 * @param salt chosen for the worker that the key leads to; the same for all elements of a number
 */
record NumberedKey(int number, int salt) {
  /** The number comes first: Flink hands a worker its keys in the order of their bytes. */
  static final RecordCoder<NumberedKey> CODER =
      RecordCoder.of(NumberedKey.class, NumberedKey::write, NumberedKey::read);

  private static void write(NumberedKey key, OutputStream out) throws IOException {
    Encoding.writeCount(key.number, out);
    Encoding.writeCount(key.salt, out);
  }

  private static NumberedKey read(InputStream in) throws IOException {
    return new NumberedKey(Encoding.readCount(in), Encoding.readCount(in));
  }
}
