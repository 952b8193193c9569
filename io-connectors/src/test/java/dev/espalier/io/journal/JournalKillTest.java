package dev.espalier.io.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.io.ChildJvm;
import dev.espalier.io.storage.StorageOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a process while it writes a journal. */
class JournalKillTest {
  private static final int THREADS = 3;

  @TempDir Path directory;

  @Test
  void everyRecordThatWasAcknowledgedIsThereAfterAKill() throws Exception {
    Journal journal = new Journal(directory.toString(), StorageOptions.defaults());
    Random random = new Random();
    Set<String> acknowledged = new HashSet<>();
    for (int run = 0; run < 3; run++) {
      try (ChildJvm child =
          ChildJvm.start(Writer.class, directory.toString(), Integer.toString(run))) {
        int killAfter = 1 + random.nextInt(3000);
        for (int i = 0; i < killAfter; i++) {
          acknowledged.add(child.readLine());
        }
        child.kill();
        for (String line = child.readLine(); line != null; line = child.readLine()) {
          acknowledged.add(line);
        }
      }
      Set<String> found = new HashSet<>();
      JournalSummary summary =
          journal.read(
              (key, payload) -> {
                assertThat(payload).isEqualTo(payload(key));
                found.add(key);
              });
      assertThat(found).as("run %s", run).containsAll(acknowledged);
      // One record of each thread may be written and not yet acknowledged.
      assertThat(found.size()).isLessThanOrEqualTo(acknowledged.size() + (run + 1) * THREADS);
      assertThat(summary.damagedSegments()).isZero();
    }
  }

  private static byte[] payload(String key) {
    return key.repeat(1 + Math.floorMod(key.hashCode(), 60)).getBytes(UTF_8);
  }

  /** Appends until it is killed, and names each record on its output when it has been appended. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] arguments) throws IOException {
      Journal journal = new Journal(arguments[0], StorageOptions.defaults());
      JournalWriter writer = journal.writer(); // never closed: that is the point
      for (int t = 0; t < THREADS; t++) {
        String prefix = arguments[1] + "-" + t + "-";
        new Thread(() -> append(writer, prefix)).start();
      }
    }

    private static void append(JournalWriter writer, String prefix) {
      try {
        for (int i = 0; ; i++) {
          String key = prefix + i;
          writer.append(key, payload(key));
          byte[] line = (key + "\n").getBytes(UTF_8);
          synchronized (Writer.class) {
            System.out.write(line, 0, line.length);
            System.out.flush();
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
