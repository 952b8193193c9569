package dev.espalier.io.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.apache.parquet.io.SeekableInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every {@link Storage} keeps; checked with {@code java.nio}. */
abstract class StorageContract {
  @TempDir Path directory;

  abstract Storage storage() throws IOException;

  /** A path of {@code name} in the test's directory, as this storage takes it. */
  abstract String path(String name);

  private StoredFile described(String path, String name, boolean directory, long length) {
    return new StoredFile(path(path), name, directory, length, "");
  }

  private static StoredFile unversioned(StoredFile file) {
    return new StoredFile(file.path(), file.name(), file.directory(), file.length(), "");
  }

  @Test
  void aFileThatIsWrittenAgainHasAnotherVersion() throws IOException {
    write("v.txt", "one");
    String version = storage().find(path("v.txt")).orElseThrow().version();
    assertThat(version).isNotEmpty();
    assertThat(storage().find(path("v.txt")).orElseThrow().version()).isEqualTo(version);
    Path file = directory.resolve("v.txt");
    Files.setLastModifiedTime(
        file, FileTime.fromMillis(Files.getLastModifiedTime(file).toMillis() + 5));
    assertThat(storage().find(path("v.txt")).orElseThrow().version()).isNotEqualTo(version);
  }

  @Test
  void whatIsWrittenIsFoundListedAndRead() throws IOException {
    write("deep/er/b.txt", "hello");
    write("deep/er/a.txt", "");
    Files.createDirectory(directory.resolve("deep/er/c"));

    assertThat(storage().find(path("deep/er/b.txt")).map(StorageContract::unversioned))
        .contains(described("deep/er/b.txt", "b.txt", false, 5));
    assertThat(storage().list(path("deep/er")).stream().map(StorageContract::unversioned))
        .containsExactly(
            described("deep/er/a.txt", "a.txt", false, 0),
            described("deep/er/b.txt", "b.txt", false, 5),
            described("deep/er/c", "c", true, 0));
    try (SeekableInputStream in = storage().input(path("deep/er/b.txt")).newStream()) {
      in.seek(3);
      assertThat(in.readAllBytes()).isEqualTo("lo".getBytes(UTF_8));
    }
  }

  @Test
  void nothingIsFoundWhereNothingIs() throws IOException {
    assertThat(storage().find(path("absent"))).isEmpty();
    assertThatThrownBy(() -> storage().list(path("absent"))).isInstanceOf(IOException.class);
  }

  @Test
  void flushedBytesAreThereWhileTheFileIsOpen() throws IOException {
    try (StorageOutput out = storage().create(path("open"))) {
      out.write("abc".getBytes(UTF_8));
      out.flush();
      assertThat(out.outlivesProcess()).isTrue();
      assertThat(directory.resolve("open")).hasContent("abc");
      out.write('d');
      out.sync();
      assertThat(directory.resolve("open")).hasContent("abcd");
    }
  }

  @Test
  void aFileIsNeverCreatedTwice() throws IOException {
    write("once", "first");
    assertThatThrownBy(() -> storage().create(path("once")))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(directory.resolve("once")).hasContent("first");
  }

  @Test
  void replacingMovesOverWhatIsThere() throws IOException {
    write("new", "new");
    write("old", "old");
    storage().replace(path("new"), path("old"));
    assertThat(directory.resolve("old")).hasContent("new");
    assertThat(directory.resolve("new")).doesNotExist();
    assertThatThrownBy(() -> storage().replace(path("new"), path("old")))
        .isInstanceOf(NoSuchFileException.class);
    assertThat(directory.resolve("old")).hasContent("new");
  }

  @Test
  void aFileThatIsCreatedIfAbsentKeepsItsFirstContent() throws IOException {
    assertThat(storage().createIfAbsent(path("deep/er/one"), "first".getBytes(UTF_8))).isTrue();
    assertThat(storage().createIfAbsent(path("deep/er/one"), "second".getBytes(UTF_8))).isFalse();
    assertThat(directory.resolve("deep/er/one")).hasContent("first");
    assertThat(storage().list(path("deep/er"))).hasSize(1);
  }

  @Test
  void timesOfModificationAreThoseOfTheFileSystem() throws IOException {
    assertThat(storage().modifiedMillis(path("absent"))).isEmpty();
    write("file", "x");
    Files.setLastModifiedTime(directory.resolve("file"), FileTime.fromMillis(1_600_000_000_000L));
    assertThat(storage().modifiedMillis(path("file"))).hasValue(1_600_000_000_000L);
  }

  @Test
  void aWholeFileIsWrittenInPlaceOfAnother() throws IOException {
    storage().write(path("sub/file"), "long content".getBytes(UTF_8));
    storage().write(path("sub/file"), "short".getBytes(UTF_8));
    assertThat(directory.resolve("sub/file")).hasContent("short");
    assertThat(storage().list(path("sub"))).hasSize(1);
  }

  @Test
  void aDirectoryIsNeverReplaced() throws IOException {
    write("file", "x");
    Files.createDirectory(directory.resolve("empty"));
    assertThatThrownBy(() -> storage().replace(path("file"), path("empty")))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void deletingTakesTreesAndForgivesAbsence() throws IOException {
    write("tree/a/b", "x");
    write("tree/c", "x");
    storage().delete(path("tree"));
    storage().delete(path("tree"));
    assertThat(directory.resolve("tree")).doesNotExist();
  }

  @Test
  void namesWithSpacesAndOtherScriptsWork() throws IOException {
    write("ä b/表 1.jsonl", "x");
    assertThat(storage().list(path("ä b")))
        .extracting(StoredFile::name)
        .containsExactly("表 1.jsonl");
  }

  private void write(String name, String content) throws IOException {
    try (StorageOutput out = storage().create(path(name))) {
      out.write(content.getBytes(UTF_8));
    }
  }
}
