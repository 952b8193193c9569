package dev.espalier.jobs;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Passes on what a command prints, and remembers the first line that says what is wrong. */
final class ErrorLines extends OutputStream {
  private static final String ERROR = "error: ";
  private static final int MOST = 500;

  private final PrintStream out;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private String first = "";

  ErrorLines(PrintStream out) {
    this.out = out;
  }

  @Override
  public void write(int b) {
    out.write(b);
    if (b == '\n') {
      ended();
    } else {
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
    if (first.isEmpty() && text.startsWith(ERROR)) {
      String what = text.substring(ERROR.length());
      first = what.length() > MOST ? what.substring(0, MOST) + "…" : what;
    }
  }

  @Override
  public void flush() {
    out.flush();
  }

  /** The first error, without the word; empty if there was none. */
  String first() {
    if (line.size() > 0) {
      ended();
    }
    return first;
  }
}
