package dev.espalier.io.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.io.ChildJvm;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.row.AnsweredRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a process while it writes and commits a table. */
class CommitKillTest {
  private static final int SHARDS = 16;
  private static final int ROWS = 100;

  @TempDir Path directory;

  @Test
  void aKilledCommitIsWholeOrUnfinishedAndCanBeDoneAgain() throws Exception {
    Manifest expected = Rows.write(options("expected", "fp"), Rows.rows(ROWS));
    Random random = new Random();
    for (int run = 0; run < 4; run++) {
      // From the second run on the table of another job is there and is replaced.
      WriteOptions options = options("table", "fp" + run);
      try (ChildJvm child = ChildJvm.start(Committer.class, options.path(), "fp" + run)) {
        assertThat(child.readLine()).isEqualTo("shards are written");
        awaitRenames(options, random.nextInt(SHARDS + 1));
      }
      Optional<Manifest> left = Manifest.read(options.path(), StorageOptions.defaults());
      if (left.isPresent()) {
        assertThat(verify(options)).as("complete after the kill of run %s", run).isEmpty();
      } else {
        assertThat(OutputCheck.of(options)).isEqualTo(TableState.UNFINISHED);
      }
      assertThat(Rows.write(options, Rows.rows(ROWS)).files())
          .extracting(Manifest.DataFile::sha256)
          .isEqualTo(expected.files().stream().map(Manifest.DataFile::sha256).toList());
      assertThat(verify(options)).isEmpty();
    }
  }

  /** Returns when this many shards have been renamed, or a few more. */
  private static void awaitRenames(WriteOptions options, int renamed) throws IOException {
    Path temporary = Path.of(new TableLayout(options.path()).temporary(options.fingerprint()));
    long left = SHARDS;
    while (left > SHARDS - renamed) {
      try (Stream<Path> files = Files.list(temporary)) {
        left = files.count();
      } catch (NoSuchFileException e) {
        return; // the commit has ended
      }
    }
  }

  private WriteOptions options(String name, String fingerprint) {
    return WriteOptions.of(directory.resolve(name).toString(), fingerprint, SHARDS)
        .withOverwrite(true);
  }

  private static List<String> verify(WriteOptions options) throws IOException {
    return TableVerifier.verify(options.path(), StorageOptions.defaults());
  }

  /** Writes the table, telling when the commit begins. */
  static final class Committer {
    private Committer() {}

    public static void main(String[] arguments) throws IOException {
      WriteOptions options =
          WriteOptions.of(arguments[0], arguments[1], SHARDS).withOverwrite(true);
      List<AnsweredRow> rows = Rows.rows(ROWS);
      List<ShardFile> shards = Rows.writeShards(options, rows);
      System.out.println("shards are written");
      new TableCommit(options).commit(Rows.schema(rows), shards, ROWS);
      System.out.println("committed");
    }
  }
}
