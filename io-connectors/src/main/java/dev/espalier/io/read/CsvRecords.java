package dev.espalier.io.read;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Records of CSV by RFC 4180, as bytes. A record ends with LF, CR, CR LF or the end of the file. A
 * cell that begins with a quote ends with the next quote that is not doubled, and a comma or the
 * record's end must follow; in other cells a quote is a character.
 *
 * <p>A record that cannot be parsed is a fault, which takes the first line of the record alone: the
 * next record begins on the next line. So a quote that is never closed costs one line.
 */
final class CsvRecords implements Closeable {
  /** A record is held in memory. */
  static final int MAX_RECORD_BYTES = LineReader.MAX_LINE_BYTES;

  private static final int END = -1;
  private static final int TOO_LONG = -2;

  private final InputStream in;
  private byte[] buffer = new byte[1 << 16];
  private int start; // of the record in the buffer
  private int filled;
  private long bufferOffset; // of the buffer in the file
  private long line = 1; // of the record

  // Within a fault that was found, a quote is open at every end of a line in these bytes of the
  // file, so another record that has one open there has the same fault.
  private long openFrom;
  private long openTo;
  private String openProblem;

  // Of the record that is being parsed.
  private int next; // from its start
  private int lineStart;
  private int lines;
  private int firstLineEnd;

  /**
   * One record.
   *
   * @param line the one that it begins on, from 1
   * @param cells their bytes, without quotes; empty if there is a fault
   * @param fault why it cannot be parsed, if so
   */
  record Csv(long line, List<byte[]> cells, Optional<String> fault) {}

  CsvRecords(InputStream in) {
    this.in = in;
  }

  /** Bytes of the file before the next record. */
  long offset() {
    return bufferOffset + start;
  }

  /** The next record, empty after the last. */
  Optional<Csv> next() throws IOException {
    next = 0;
    lineStart = 0;
    lines = 0;
    firstLineEnd = -1;
    if (peek() == END) {
      return Optional.empty();
    }
    long began = line;
    List<byte[]> cells = new ArrayList<>();
    String fault = cells(cells);
    if (fault == null) {
      start += next;
      line += lines;
      return Optional.of(new Csv(began, cells, Optional.empty()));
    }
    if (firstLineEnd < 0) {
      skipLine();
    } else {
      openFrom = offset() + firstLineEnd;
      openTo = Math.max(openTo, offset() + next);
      openProblem = fault;
      start += firstLineEnd;
    }
    line++;
    return Optional.of(new Csv(began, List.of(), Optional.of(fault)));
  }

  /** Reads a record. Returns what is wrong with it, null if it is sound. */
  private String cells(List<byte[]> cells) throws IOException {
    while (true) {
      String fault = peek() == '"' ? quoted(cells) : plain(cells);
      if (fault != null) {
        return fault;
      }
      int end = peek();
      if (end == TOO_LONG) {
        return tooLong();
      }
      if (end == END) {
        return null;
      }
      if (end != ',') {
        lineEnd(end);
        return null;
      }
      next++;
    }
  }

  private String plain(List<byte[]> cells) throws IOException {
    int from = next;
    int b = peek();
    while (b >= 0 && b != ',' && b != '\n' && b != '\r') {
      next++;
      b = peek();
    }
    cells.add(Arrays.copyOfRange(buffer, start + from, start + next));
    return b == TOO_LONG ? tooLong() : null;
  }

  private String quoted(List<byte[]> cells) throws IOException {
    long openedOn = line + lines;
    int openedAt = column();
    ByteArrayOutputStream cell = new ByteArrayOutputStream();
    next++;
    while (true) {
      int b = peek();
      if (b == TOO_LONG) {
        return tooLong();
      }
      if (b == END) {
        return "the quote at %s is never closed".formatted(place(openedOn, openedAt));
      }
      if (b == '\n' || b == '\r') {
        int from = next;
        lineEnd(b);
        cell.write(buffer, start + from, next - from);
        long at = offset() + next;
        if (openProblem != null && at >= openFrom && at <= openTo) {
          return openProblem;
        }
        continue;
      }
      next++;
      if (b != '"') {
        cell.write(b);
        continue;
      }
      int after = peek();
      if (after == '"') {
        cell.write(after);
        next++;
      } else if (after == ',' || after == '\n' || after == '\r' || after == END) {
        cells.add(cell.toByteArray());
        return null;
      } else {
        return after == TOO_LONG
            ? tooLong()
            : "text after the closing quote at " + place(line + lines, column() - 1);
      }
    }
  }

  private static String place(long line, int column) {
    return "line %s, character %s".formatted(line, column);
  }

  private static String tooLong() {
    return "a row of more than " + MAX_RECORD_BYTES + " bytes";
  }

  /** In characters, from 1: the next byte's place in its line. */
  private int column() {
    int characters = 1;
    for (int i = lineStart; i < next; i++) {
      if ((buffer[start + i] & 0xC0) != 0x80) { // no byte that continues a character
        characters++;
      }
    }
    return characters;
  }

  /** Goes past LF, CR or CR LF. */
  private void lineEnd(int first) throws IOException {
    next++;
    if (first == '\r' && peek() == '\n') {
      next++;
    }
    lines++;
    lineStart = next;
    if (firstLineEnd < 0) {
      firstLineEnd = next;
    }
  }

  /** Goes past the line of a record that has only one so far; keeps nothing of it. */
  private void skipLine() throws IOException {
    int b = peek();
    while (b != '\n' && b != '\r' && b != END) {
      if (b == TOO_LONG) {
        start += next;
        next = 0;
      } else {
        next++;
      }
      b = peek();
    }
    if (b != END) {
      lineEnd(b);
    }
    start += next;
    next = 0;
  }

  /** The next byte, or {@link #END}, or {@link #TOO_LONG}. */
  private int peek() throws IOException {
    if (start + next < filled) {
      return buffer[start + next] & 0xFF;
    }
    if (next >= MAX_RECORD_BYTES) {
      return TOO_LONG;
    }
    return fill() ? buffer[start + next] & 0xFF : END;
  }

  private boolean fill() throws IOException {
    if (start > 0) {
      System.arraycopy(buffer, start, buffer, 0, filled - start);
      bufferOffset += start;
      filled -= start;
      start = 0;
    }
    if (filled == buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.min(2 * buffer.length, MAX_RECORD_BYTES));
    }
    int count = in.read(buffer, filled, buffer.length - filled);
    filled += Math.max(0, count);
    return count > 0;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
