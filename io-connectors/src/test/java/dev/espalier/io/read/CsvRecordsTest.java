package dev.espalier.io.read;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.io.read.CsvRecords.Csv;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;

class CsvRecordsTest {

  /** Texts of the characters that matter, all short ones and many longer ones. */
  @Test
  void agreesWithCommonsCsvOnEveryText() throws IOException {
    char[] letters = {'a', ',', '"', '\n', '\r'};
    int sound = 0;
    for (int length = 0; length <= 6; length++) {
      for (int number = 0; number < Math.pow(letters.length, length); number++) {
        StringBuilder text = new StringBuilder();
        for (int i = 0, rest = number; i < length; i++, rest /= letters.length) {
          text.append(letters[rest % letters.length]);
        }
        sound += check(text.toString()) ? 1 : 0;
      }
    }
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(40); length > 0; length--) {
        text.append(letters[random.nextInt(letters.length)]);
      }
      sound += check(text.toString()) ? 1 : 0;
    }
    assertThat(sound).isGreaterThan(10_000);
  }

  /** Returns whether both find it sound. */
  private static boolean check(String text) throws IOException {
    List<Csv> records = parse(text);
    List<List<String>> ours = cells(records);
    boolean sound = records.stream().allMatch(record -> record.fault().isEmpty());
    Optional<List<List<String>>> theirs = commonsCsv(text);
    assertThat(sound).as("soundness of %s", quoted(text)).isEqualTo(theirs.isPresent());
    if (sound) {
      assertThat(ours).as("cells of %s", quoted(text)).isEqualTo(theirs.get());
    }
    return sound;
  }

  private static Optional<List<List<String>>> commonsCsv(String text) throws IOException {
    List<List<String>> all = new ArrayList<>();
    try (CSVParser parser = CSVParser.parse(new StringReader(text), CSVFormat.RFC4180)) {
      for (CSVRecord record : parser) {
        all.add(record.toList());
      }
      return Optional.of(all);
    } catch (UncheckedIOException | IllegalStateException e) {
      return Optional.empty();
    }
  }

  /** A fault takes one line; what follows is parsed as if the file began there. */
  @Test
  void afterAFaultTheNextLineIsParsedAsIfTheFileBeganThere() throws IOException {
    char[] letters = {'a', ',', '"', '\n', '"', '\n'};
    Random random = new Random(2);
    int faults = 0;
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(60); length > 0; length--) {
        text.append(letters[random.nextInt(letters.length)]);
      }
      List<String> expected = new ArrayList<>();
      String rest = text.toString();
      while (!rest.isEmpty()) { // each record by a reader of its own
        Csv first = parse(rest).get(0);
        expected.add(describe(first));
        faults += first.fault().isPresent() ? 1 : 0;
        rest = rest.substring(bytesOfFirst(rest, first));
      }
      assertThat(parse(text.toString()).stream().map(CsvRecordsTest::describe))
          .as(quoted(text.toString()))
          .isEqualTo(expected);
    }
    assertThat(faults).isGreaterThan(5_000);
  }

  private static int bytesOfFirst(String text, Csv first) throws IOException {
    if (first.fault().isPresent()) {
      int end = text.indexOf('\n');
      return end < 0 ? text.length() : end + 1;
    }
    CsvRecords records = new CsvRecords(new ByteArrayInputStream(text.getBytes(UTF_8)));
    records.next();
    return (int) records.offset();
  }

  private static String describe(Csv record) {
    return record.fault().isPresent() ? "fault" : cells(List.of(record)).toString();
  }

  /** Each line opens a quote that stays open to the end: work that grows with its square stalls. */
  @Test
  void aFileOfOpenQuotesIsReadInOnePass() throws IOException {
    int lines = 300_000;
    CsvRecords records =
        new CsvRecords(new ByteArrayInputStream("a\",\"\n".repeat(lines).getBytes(UTF_8)));
    int faults = 0;
    for (Optional<Csv> next = records.next(); next.isPresent(); next = records.next()) {
      faults += next.get().fault().isPresent() ? 1 : 0;
    }
    assertThat(faults).isEqualTo(lines);
  }

  @Test
  void faultsTellTheirPlace() throws IOException {
    assertThat(parse("id,t\nä,\"b\"c\n").get(1).fault())
        .contains("text after the closing quote at line 2, character 5");
    assertThat(parse("id,t\n1,\"b\nxä\"c\n").get(1).fault())
        .contains("text after the closing quote at line 3, character 3");
    assertThat(parse("id,t\n1,\"b\n").get(1).fault())
        .contains("the quote at line 2, character 3 is never closed");
    assertThat(parse("\"a\" ,b\n").get(0).fault())
        .contains("text after the closing quote at line 1, character 3");
  }

  @Test
  void linesAreCountedAcrossAllTheirEnds() throws IOException {
    assertThat(parse("a\rb\r\nc\n\"d\r\ne\rf\"\rg"))
        .extracting(Csv::line)
        .containsExactly(1L, 2L, 3L, 4L, 7L);
  }

  @Test
  void aRowTooLongCostsItsOwnLine() throws IOException {
    long size = CsvRecords.MAX_RECORD_BYTES + 10L;
    byte[] before = "a,b\n".getBytes(UTF_8);
    byte[] after = "\nc,d\n".getBytes(UTF_8);
    CsvRecords records =
        new CsvRecords(
            new java.io.SequenceInputStream(
                java.util.Collections.enumeration(
                    List.of(
                        new ByteArrayInputStream(before),
                        new Repeated((byte) 'x', size),
                        new ByteArrayInputStream(after)))));
    assertThat(describe(records.next().get())).isEqualTo("[[a, b]]");
    assertThat(records.next().get().fault())
        .contains("a row of more than " + CsvRecords.MAX_RECORD_BYTES + " bytes");
    Csv last = records.next().get();
    assertThat(describe(last)).isEqualTo("[[c, d]]");
    assertThat(last.line()).isEqualTo(3);
    assertThat(records.next()).isEmpty();
  }

  /** So many bytes of one value. */
  private static final class Repeated extends InputStream {
    private final byte value;
    private long left;

    Repeated(byte value, long left) {
      this.value = value;
      this.left = left;
    }

    @Override
    public int read() {
      return left-- > 0 ? value : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      if (left <= 0) {
        return -1;
      }
      int count = (int) Math.min(length, left);
      java.util.Arrays.fill(bytes, offset, offset + count, value);
      left -= count;
      return count;
    }
  }

  private static List<Csv> parse(String text) throws IOException {
    List<Csv> all = new ArrayList<>();
    try (CsvRecords records = new CsvRecords(new Trickle(text.getBytes(UTF_8)))) {
      for (Optional<Csv> next = records.next(); next.isPresent(); next = records.next()) {
        all.add(next.get());
      }
    }
    return all;
  }

  /** Gives a few bytes at a time, so that every place is the edge of a buffer. */
  private static final class Trickle extends ByteArrayInputStream {
    Trickle(byte[] bytes) {
      super(bytes);
    }

    @Override
    public synchronized int read(byte[] bytes, int offset, int length) {
      return super.read(bytes, offset, Math.min(length, 3));
    }
  }

  private static List<List<String>> cells(List<Csv> records) {
    return records.stream()
        .map(record -> record.cells().stream().map(cell -> new String(cell, ISO_8859_1)).toList())
        .toList();
  }

  private static String quoted(String text) {
    return text.replace("\n", "\\n").replace("\r", "\\r");
  }
}
