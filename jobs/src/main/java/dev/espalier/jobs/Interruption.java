package dev.espalier.jobs;

import dev.espalier.io.journal.Journal;
import dev.espalier.io.lock.ClusterJob;
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

  private final Thread hook;

  private Interruption(Runnable interrupted) {
    this.hook = new Thread(interrupted, "interruption");
  }

  /**
   * Stands by until it is closed.
   *
   * @param again the command that goes on
   */
  static Interruption watch(JournalOfRows journal, PlaceLock lock, String again) {
    return watch(() -> interrupted(journal, lock, again, System.err));
  }

  /**
   * Stands by until it is closed, for a job that does not need this process.
   *
   * @param watched the command that shows the job
   */
  static Interruption ofClient(PlaceLock lock, ClusterJob job, String watched) {
    return watch(
        () -> {
          lock.leaveToJob();
          System.err.println();
          System.err.println("not waiting any more: " + job + " goes on; to see how far it is:");
          System.err.println("    " + watched);
          System.err.flush();
        });
  }

  private static Interruption watch(Runnable interrupted) {
    Interruption watch = new Interruption(interrupted);
    Runtime.getRuntime().addShutdownHook(watch.hook);
    return watch;
  }

  private static void interrupted(
      JournalOfRows journal, PlaceLock lock, String again, PrintStream terminal) {
    JournalOfRows.seal();
    terminal.println();
    terminal.println("interrupted: " + kept(journal.journal()) + "; to go on:");
    terminal.println("    " + again);
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
