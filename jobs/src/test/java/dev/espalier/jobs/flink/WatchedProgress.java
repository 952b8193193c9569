package dev.espalier.jobs.flink;

import dev.espalier.io.journal.Journal;
import dev.espalier.io.storage.StorageOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The lines of progress that a client of a cluster has written, each with what the journal held at
 * that moment.
 */
final class WatchedProgress {
  private static final Pattern LINE =
      Pattern.compile(
          "(reading|planning|loading|running|writing) \\| (?:(\\d+)/(\\d+) rows, (\\d+) failed)?(?:"
              + " \\| in (\\d+) tok/s, out (\\d+) tok/s \\| prefix hits ([\\d.]+)% \\| left"
              + " (\\S+))?");

  /**
   * One moment.
   *
   * @param journaled rows, counted after the line was read; all there can be once the journal goes,
   *     since its rows are in the table
   * @param rows that the line says have ended; -1 if it says none, as the next three
   * @param out tokens a second
   * @param left seconds; -1 if not known yet
   */
  record Moment(
      long nanos,
      String line,
      String phase,
      int journaled,
      int rows,
      double in,
      double out,
      double left) {}

  private WatchedProgress() {}

  /** Watches until the client has ended. */
  static List<Moment> of(FlinkProcesses flink, Path journals, Runnable between)
      throws IOException, InterruptedException {
    List<Moment> moments = new ArrayList<>();
    int most = 0;
    while (flink.isAlive("client")) {
      String[] lines = flink.output("client").split("[\r\n]", -1);
      Matcher line = LINE.matcher(lines[lines.length - 1].strip());
      if (line.matches()) {
        int now = journaled(journals);
        most = now < most ? Integer.MAX_VALUE : now;
        moments.add(
            new Moment(
                System.nanoTime(),
                line.group(),
                line.group(1),
                most,
                number(line.group(2)).intValue(),
                number(line.group(5)),
                number(line.group(6)),
                seconds(line.group(8))));
      }
      between.run();
      TimeUnit.MILLISECONDS.sleep(200);
    }
    return moments;
  }

  private static Double number(String text) {
    return text == null ? -1.0 : Double.parseDouble(text);
  }

  private static double seconds(String left) {
    if (left == null || left.startsWith("-")) {
      return -1;
    }
    double seconds = 0;
    for (String part : left.split(":", -1)) {
      seconds = 60 * seconds + Integer.parseInt(part);
    }
    return seconds;
  }

  private static int journaled(Path journals) {
    Set<String> keys = new HashSet<>();
    if (Files.isDirectory(journals)) {
      try (Stream<Path> found = Files.list(journals)) {
        for (Path journal : found.toList()) {
          new Journal(journal.toString(), StorageOptions.defaults())
              .read((key, payload) -> keys.add(key));
        }
      } catch (IOException | UncheckedIOException e) {
        return Integer.MAX_VALUE; // it goes: all rows are in the table
      }
    }
    return keys.size();
  }
}
