package dev.espalier.jobs;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Passes on what a command prints, and remembers the last line of it that is not blank. */
final class LastLine extends OutputStream {
  private static final int MOST = 500;

  private final PrintStream out;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private String last = "";

  LastLine(PrintStream out) {
    this.out = out;
  }

  @Override
  public void write(int b) {
    out.write(b);
    if (b == '\n') {
      ended();
    } else if (line.size() < Character.BYTES * MOST) {
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
    if (!text.isEmpty()) {
      last = text.length() > MOST ? text.substring(0, MOST) + "…" : text;
    }
  }

  @Override
  public void flush() {
    out.flush();
  }

  /** Empty if nothing was printed. */
  String last() {
    ended();
    return last;
  }
}
