package dev.espalier.jobs;

import dev.espalier.io.journal.Journal;
import dev.espalier.io.lock.PlaceLock;
import java.io.IOException;
import java.io.PrintStream;
import java.util.HashSet;
import java.util.Set;

/**
 * What a run says and does when the process is told to end (Ctrl-C, SIGTERM): how many rows are
 * kept, and how to go on. The JVM then ends with 130 or 143.
 */
final class Interruption implements AutoCloseable {
  /** A journal is counted while nobody waits long; a longer one is only known to be there. */
  private static final long COUNTED_BYTES = 512L << 20;

  private final PreparedJob job;
  private final JournalOfRows journal;
  private final PlaceLock lock;
  private final String again;
  private final PrintStream terminal;
  private final Thread hook;

  private Interruption(
      PreparedJob job, JournalOfRows journal, PlaceLock lock, String again, PrintStream terminal) {
    this.job = job;
    this.journal = journal;
    this.lock = lock;
    this.again = again;
    this.terminal = terminal;
    this.hook = new Thread(this::interrupted, "interruption");
  }

  /**
   * Stands by until it is closed.
   *
   * @param again the command that goes on
   */
  static Interruption watch(PreparedJob job, JournalOfRows journal, PlaceLock lock, String again) {
    Interruption watch = new Interruption(job, journal, lock, again, System.err);
    Runtime.getRuntime().addShutdownHook(watch.hook);
    return watch;
  }

  private void interrupted() {
    JournalOfRows.seal();
    terminal.println();
    terminal.println("interrupted: " + kept(journal.journal()) + "; to go on:");
    terminal.println("    " + again);
    job.file()
        .runner()
        .master()
        .ifPresent(
            master ->
                terminal.println(
                    "    The job on the Flink cluster "
                        + master
                        + " goes on unless it is cancelled there."));
    terminal.flush();
    lock.close();
  }

  /** In words. */
  private static String kept(Journal journal) {
    try {
      if (journal.bytes() > COUNTED_BYTES) {
        return "the rows that had ended are kept";
      }
      Set<Long> rows = new HashSet<>();
      var unused = journal.read((key, payload) -> rows.add(hash(key)));
      return rows.isEmpty()
          ? "no row had ended"
          : Figures.count(rows.size(), "row")
              + (rows.size() == 1 ? " that had ended is kept" : " that had ended are kept");
    } catch (IOException e) {
      return "the rows that had ended are kept";
    }
  }

  /** FNV-1a of 64 bits: two of some millions of keys hardly ever meet. */
  private static long hash(String key) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < key.length(); i++) {
      hash = (hash ^ key.charAt(i)) * 0x100000001b3L;
    }
    return hash;
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending: the hook has begun.
    }
  }
}
