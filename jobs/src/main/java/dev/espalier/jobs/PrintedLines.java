package dev.espalier.jobs;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Passes on what a command prints, and remembers of it the first line that says what is wrong, and
 * the last that is not blank; of a long line its beginning.
 */
final class PrintedLines extends OutputStream {
  private static final String ERROR = "error: ";
  private static final int MOST = 500;
  private static final int MOST_BYTES = 4 * (ERROR.length() + MOST + 1); // as UTF-8

  private final PrintStream out;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private String firstError = "";
  private String last = "";

  PrintedLines(PrintStream out) {
    this.out = out;
  }

  @Override
  public void write(int b) {
    out.write(b);
    if (b == '\n') {
      ended();
    } else if (line.size() < MOST_BYTES) {
      line.write(b);
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      write(bytes[i]);
    }
  }

  private void ended() {
    String text = line.toString(StandardCharsets.UTF_8).strip();
    line.reset();
    if (firstError.isEmpty() && text.startsWith(ERROR)) {
      firstError = shortened(text.substring(ERROR.length()));
    }
    if (!text.isEmpty()) {
      last = shortened(text);
    }
  }

  private static String shortened(String text) {
    return text.length() > MOST ? text.substring(0, MOST) + "…" : text;
  }

  @Override
  public void flush() {
    out.flush();
  }

  /** The first error, without the word; empty if there was none. */
  String firstError() {
    ended();
    return firstError;
  }

  /** Empty if nothing was printed. */
  String last() {
    ended();
    return last;
  }
}
