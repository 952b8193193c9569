package dev.espalier.io.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.io.FileProblemException;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.row.AnsweredRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableCommitTest {
  private static final List<AnsweredRow> ROWS = Rows.rows(60);

  @TempDir Path directory;

  @Test
  void aTableIsWholeAndAloneAfterItsCommit() throws IOException {
    Manifest manifest = Rows.write(options("fp", 3), ROWS);
    assertThat(names())
        .containsExactly(
            "_espalier",
            "_manifest.json",
            "part-00000-of-00003.parquet",
            "part-00001-of-00003.parquet",
            "part-00002-of-00003.parquet");
    assertThat(leftovers()).isEmpty();
    assertThat(Manifest.read(table().toString(), StorageOptions.defaults())).contains(manifest);
    assertThat(manifest.rows()).isEqualTo(60);
    assertThat(manifest.errors()).containsOnlyKeys("PROMPT_TOO_LONG");
    assertThat(verify()).isEmpty();
    assertThat(OutputCheck.of(options("fp", 3))).isEqualTo(TableState.COMPLETE);
  }

  @Test
  void nothingAppearsWhenARowOrAShardIsMissing() throws IOException {
    WriteOptions options = options("fp", 3);
    List<ShardFile> shards = Rows.writeShards(options, ROWS);
    TableCommit commit = new TableCommit(options);
    assertThatThrownBy(() -> commit.commit(Rows.schema(ROWS), shards, 61))
        .hasMessage("61 rows went in and 60 came out; nothing was committed");
    assertThatThrownBy(() -> commit.commit(Rows.schema(ROWS), shards.subList(0, 2), 60))
        .hasMessage("2 shards of 3 were written");
    List<ShardFile> twice = List.of(shards.get(0), shards.get(1), shards.get(1));
    assertThatThrownBy(() -> commit.commit(Rows.schema(ROWS), twice, 60))
        .hasMessage("shard 2 is there twice");
    assertThat(names()).containsExactly("_espalier");
    assertThat(OutputCheck.of(options)).isEqualTo(TableState.UNFINISHED);
  }

  @Test
  void twoRowsOfOneIdAreRefused() {
    List<AnsweredRow> rows = List.of(Rows.row(1), Rows.row(1));
    assertThatThrownBy(() -> Rows.writeShards(options("fp", 1), rows))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("two rows have the id row-1");
  }

  @Test
  void committingAgainChangesNothing() throws IOException {
    WriteOptions options = options("fp", 2);
    Manifest first = Rows.write(options, ROWS);
    Object time = Files.getLastModifiedTime(table().resolve("part-00000-of-00002.parquet"));
    assertThat(Rows.write(options, ROWS)).isEqualTo(first);
    assertThat(Files.getLastModifiedTime(table().resolve("part-00000-of-00002.parquet")))
        .isEqualTo(time);
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void aCommitThatWasCutOffAnywhereCanBeDoneAgain() throws IOException {
    WriteOptions options = options("fp", 3);
    Manifest expected = Rows.write(options, ROWS);
    for (int renamed = 0; renamed <= 3; renamed++) {
      deleteTable();
      List<ShardFile> shards = Rows.writeShards(options, ROWS);
      for (ShardFile shard : shards.subList(0, renamed)) {
        Files.move(
            Path.of(shard.path()), table().resolve(TableLayout.shardName(shard.shard(), 3, 0)));
      }
      new CommitRecord(expected.files().stream().map(Manifest.DataFile::name).toList(), List.of())
          .write(
              StorageOptions.defaults().open(options.path()),
              new TableLayout(options.path()).commit(options.writer()));
      assertThat(OutputCheck.of(options)).isEqualTo(TableState.UNFINISHED);
      assertThat(new TableCommit(options).commit(Rows.schema(ROWS), shards, 60))
          .isEqualTo(expected);
      assertThat(verify()).isEmpty();
    }
  }

  @Test
  void anotherJobsTableIsKeptUnlessOverwritingIsAllowed() throws IOException {
    Rows.write(options("old", 5), ROWS);
    WriteOptions options = options("new", 2);
    assertThatThrownBy(() -> OutputCheck.of(options))
        .isInstanceOf(FileProblemException.class)
        .hasMessageContaining("holds the table of another job");
    assertThatThrownBy(() -> Rows.write(options, ROWS)).isInstanceOf(FileProblemException.class);
    assertThat(verify()).isEmpty();

    Manifest manifest = Rows.write(options.withOverwrite(true), ROWS);
    assertThat(manifest.fingerprint()).isEqualTo("new");
    assertThat(verify()).isEmpty();
    assertThat(names()).hasSize(4);
  }

  @Test
  void filesThatNoTableOwnsAreNeverReplaced() throws IOException {
    Files.createDirectories(table());
    Files.writeString(table().resolve("part-00000-of-00001.parquet"), "precious");
    WriteOptions options = options("fp", 1).withOverwrite(true);
    assertThatThrownBy(() -> OutputCheck.of(options))
        .hasMessageContaining("belongs to no table that was written here");
    assertThatThrownBy(() -> Rows.write(options, ROWS)).isInstanceOf(FileProblemException.class);
    assertThat(table().resolve("part-00000-of-00001.parquet")).hasContent("precious");
  }

  @Test
  void placesThatCannotHoldATableAreFoundBefore() throws IOException {
    Files.writeString(directory.resolve("table"), "a file");
    assertThatThrownBy(() -> OutputCheck.of(options("fp", 1))).hasMessageContaining("is a file");
    assertThatThrownBy(() -> OutputCheck.of(WriteOptions.of(table() + "/below", "fp", 1)))
        .isInstanceOf(FileProblemException.class);
    Files.delete(directory.resolve("table"));
    assertThat(OutputCheck.of(options("fp", 1))).isEqualTo(TableState.NEW);
    assertThat(directory).isEmptyDirectory(); // a check leaves nothing behind
    Files.createDirectory(table());
    Files.writeString(table().resolve("_manifest.json"), "{}");
    assertThatThrownBy(() -> OutputCheck.of(options("fp", 1)))
        .hasMessageContaining("not a manifest");
  }

  @Test
  void aDamagedTableIsWrittenAgain() throws IOException {
    WriteOptions options = options("fp", 2);
    Rows.write(options, ROWS);
    Files.delete(table().resolve("part-00001-of-00002.parquet"));
    assertThat(OutputCheck.of(options)).isEqualTo(TableState.NEW);
    Rows.write(options, ROWS);
    assertThat(verify()).isEmpty();
  }

  @Test
  void theVerifierNamesEveryDamage() throws IOException {
    Rows.write(options("fp", 4), ROWS);
    Files.delete(part(0));
    byte[] bytes = Files.readAllBytes(part(1));
    Files.write(part(1), Arrays.copyOf(bytes, bytes.length - 1));
    bytes = Files.readAllBytes(part(2));
    bytes[bytes.length / 2] ^= 1;
    Files.write(part(2), bytes);
    Files.writeString(table().resolve("more.parquet"), "x");
    assertThat(verify()).hasSize(4);
    assertThat(verify().get(0)).isEqualTo(part(0) + ": missing");
    assertThat(verify().get(1)).startsWith(part(1) + ": truncated: ");
    assertThat(verify().get(2)).startsWith(part(2) + ": altered: SHA-256 ");
    assertThat(verify().get(3)).endsWith("more.parquet: not in the manifest");
    Files.delete(table().resolve("_manifest.json"));
    assertThat(verify()).singleElement().asString().contains("the table is not complete");
  }

  @Test
  void attemptsThatRaceLeaveOneWholeTable() throws Exception {
    Manifest expected = Rows.write(options("fp", 3), ROWS);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (int trial = 0; trial < 8; trial++) {
        deleteTable();
        List<Callable<Manifest>> attempts = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          attempts.add(() -> Rows.write(options("fp", 3), ROWS));
        }
        for (Future<Manifest> attempt : threads.invokeAll(attempts)) {
          assertThat(attempt.get()).isEqualTo(expected);
        }
        assertThat(verify()).isEmpty();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private WriteOptions options(String fingerprint, int shards) {
    return WriteOptions.of(table().toString(), fingerprint, shards);
  }

  private Path table() {
    return directory.resolve("table");
  }

  private Path part(int shard) {
    return table().resolve(TableLayout.shardName(shard, 4, 0));
  }

  private List<String> verify() throws IOException {
    return TableVerifier.verify(table().toString(), StorageOptions.defaults());
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(table())) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private void deleteTable() throws IOException {
    StorageOptions.defaults().open("").delete(table().toString());
  }

  /** What is beside the table and does not belong to it. */
  private List<Path> leftovers() throws IOException {
    try (Stream<Path> files = Files.list(table().resolve("_espalier"))) {
      return files
          .filter(file -> !file.getFileName().toString().matches("parts.json|rows-part-.*"))
          .toList();
    }
  }
}
