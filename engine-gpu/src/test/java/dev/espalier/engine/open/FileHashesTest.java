package dev.espalier.engine.open;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileHashesTest {
  /** Of "hello\n", as sha256sum prints it. */
  private static final String HELLO =
      "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";

  private static final String FORGED = "0".repeat(64);

  @TempDir private Path directory;

  private Path file(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content);
  }

  private FileHashes kept() {
    return new FileHashes(directory.resolve("cache"), Long.MIN_VALUE);
  }

  /** Puts another hash into a whole entry, which tells where an answer comes from. */
  private void forge(Path file) throws IOException {
    Path entry = kept().entry(file);
    String header = Files.readAllLines(entry).get(0);
    Files.writeString(
        entry, header + "\n" + FORGED + "\n" + FileHashes.seal(header, FORGED) + "\n");
  }

  @Test
  void theHashIsSha256() throws IOException {
    Path file = file("a", "hello\n");
    assertThat(FileHashes.unkept().of(file).hash()).isEqualTo(HELLO);
    assertThat(kept().of(file).hash()).isEqualTo(HELLO);
    assertThat(kept().of(file).hash()).isEqualTo(HELLO);
  }

  @Test
  void theHashOfALongFileIsThatOfItsPiecesSums() throws Exception {
    Path file = file("a", "hello\n");
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    byte[] first = digest.digest("hel".getBytes(StandardCharsets.UTF_8));
    byte[] second = digest.digest("lo\n".getBytes(StandardCharsets.UTF_8));
    digest.update(first);
    String expected = HexFormat.of().formatHex(digest.digest(second));
    assertThat(FileHashes.hash(file, 6, 3)).isEqualTo(expected);
    assertThat(FileHashes.hash(file, 6, 6)).isEqualTo(HELLO);
    assertThat(FileHashes.hash(file("empty", ""), 0, 3)).startsWith("e3b0c44298fc1c149afb");
    assertThatThrownBy(() -> FileHashes.hash(file, 7, 3)).hasMessageContaining("shorter");
  }

  @Test
  void aFileThatStaysTheSameIsNotReadAgain() throws IOException {
    Path file = file("a", "hello\n");
    kept().of(file);
    forge(file);
    assertThat(kept().of(file).hash()).isEqualTo(FORGED);
    assertThat(FileHashes.unkept().of(file).hash()).isEqualTo(HELLO);
  }

  @Test
  void aChangeOfTheSameLengthIsSeenEvenIfItsTimeIsSetBack() throws IOException {
    Path file = file("a", "hallo\n");
    FileTime time = Files.getLastModifiedTime(file);
    kept().of(file);
    Files.writeString(file, "hello\n");
    Files.setLastModifiedTime(file, time);
    assertThat(kept().of(file).hash()).isEqualTo(HELLO);
  }

  @Test
  void aDamagedEntryCountsAsNoneAndIsWrittenAgain() throws IOException {
    Path file = file("a", "hello\n");
    kept().of(file);
    Path entry = kept().entry(file);
    String whole = Files.readString(entry);
    for (String damaged :
        List.of(
            "", whole.substring(0, whole.length() / 2), whole.replace("5891", "5892"), "\0\1\2")) {
      Files.writeString(entry, damaged);
      assertThat(kept().of(file).hash()).isEqualTo(HELLO);
      assertThat(Files.readString(entry)).isEqualTo(whole);
    }
    Files.write(entry, new byte[] {(byte) 0xff, (byte) 0xfe});
    assertThat(kept().of(file).hash()).isEqualTo(HELLO);
  }

  @Test
  void whatWasJustWrittenIsNotKept() throws IOException {
    Path file = file("a", "hello\n");
    FileHashes hashes = new FileHashes(directory.resolve("cache"), Long.MAX_VALUE);
    assertThat(hashes.of(file).hash()).isEqualTo(HELLO);
    assertThat(hashes.entry(file)).doesNotExist();
  }

  @Test
  void aPlaceThatCannotBeWrittenCostsOnlyTheReading() throws IOException {
    Path file = file("a", "hello\n");
    FileHashes hashes = new FileHashes(file("no-directory", ""), Long.MIN_VALUE);
    assertThat(hashes.of(file).hash()).isEqualTo(HELLO);
    assertThat(hashes.of(file).hash()).isEqualTo(HELLO);
  }

  @Test
  void manyAtOnceLeaveWholeEntriesAndNothingElse() throws IOException {
    Path file = file("a", "hello\n");
    assertThat(
            IntStream.range(0, 64)
                .parallel()
                .mapToObj(
                    i -> {
                      try {
                        return kept().of(file).hash();
                      } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                      }
                    }))
        .containsOnly(HELLO);
    try (var left = Files.list(directory.resolve("cache"))) {
      assertThat(left).containsExactly(kept().entry(file));
    }
  }

  @Test
  void theHashOfAModelIsThatOfItsSums() throws IOException {
    Path model = Files.createDirectory(directory.resolve("model"));
    Files.writeString(model.resolve("config.json"), "hello\n");
    Files.writeString(model.resolve("a.safetensors"), "hello\n");
    Files.writeString(model.resolve("README.md"), "not part of it");
    HashedModel hashed = new ModelDirectory("m", model).hashed(kept());
    // printf '%s  a.safetensors\n%s  config.json\n' HELLO HELLO | sha256sum
    assertThat(hashed.hash())
        .isEqualTo("10c11c5f26ece8654c6f58cfef9d5d4b57576a45d4129bc8384ec9ce8c7dd409");
    hashed.requireUnchanged();

    Files.writeString(model.resolve("a.safetensors"), "hallo\n");
    assertThatThrownBy(hashed::requireUnchanged)
        .isInstanceOfSatisfying(
            EngineException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.CHECKPOINT_INVALID))
        .hasMessageContaining("a.safetensors");
  }
}
