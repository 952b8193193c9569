package dev.espalier.io.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.io.FileProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.apache.parquet.io.InputFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a table, a journal and a lock need of S3, checked by asking the server without Hadoop. */
class S3StorageTest {
  @TempDir static Path disk;
  private static S3Server s3;

  private final String prefix = UUID.randomUUID().toString();

  @BeforeAll
  static void start() throws Exception {
    s3 = S3Server.start(disk);
  }

  @AfterAll
  static void stop() {
    s3.close();
  }

  private static Storage storage(Map<String, String> more) throws IOException {
    Map<String, String> settings = new HashMap<>(s3.settings());
    settings.putAll(more);
    return new StorageOptions(settings).open("s3a://" + S3Server.BUCKET + "/");
  }

  private static Storage storage() throws IOException {
    return storage(Map.of());
  }

  private String path(String name) {
    return "s3a://" + S3Server.BUCKET + "/" + prefix + "/" + name;
  }

  private String content(String name) throws Exception {
    return new String(s3.bytes(prefix + "/" + name), UTF_8);
  }

  @Test
  void aFileIsThereWhenItIsClosedAndNeverTwice() throws Exception {
    try (StorageOutput out = storage().create(path("a"))) {
      out.write("one".getBytes(UTF_8));
      out.flush();
      assertThat(out.outlivesProcess()).isFalse();
      assertThat(storage().find(path("a"))).isEmpty();
    }
    assertThat(content("a")).isEqualTo("one");
    assertThatThrownBy(() -> storage().create(path("a")))
        .isInstanceOf(FileAlreadyExistsException.class);
    StorageOutput second = storage().create(path("b"));
    second.write('2');
    assertThat(storage().createIfAbsent(path("b"), "1".getBytes(UTF_8))).isTrue();
    assertThatThrownBy(second::close).isInstanceOf(FileAlreadyExistsException.class);
    assertThat(content("b")).isEqualTo("1");
  }

  @Test
  void theFirstWhoCreatesAFileIsTheOnlyOne() throws Exception {
    assertThat(storage().createIfAbsent(path("c"), "first".getBytes(UTF_8))).isTrue();
    assertThat(storage().createIfAbsent(path("c"), "second".getBytes(UTF_8))).isFalse();
    // As after an answer that was lost: the file is there, and it is this one.
    assertThat(storage().createIfAbsent(path("c"), "first".getBytes(UTF_8))).isTrue();
    assertThat(storage().createIfAbsent(path("empty"), new byte[0])).isTrue();
    assertThat(storage().createIfAbsent(path("empty"), new byte[0])).isFalse();
    assertThat(content("c")).isEqualTo("first");
  }

  @Test
  void aStoreThatPassesConditionsOverIsRefusedUnlessThatIsAllowed() throws Exception {
    s3.passConditionsOver(true);
    try {
      Storage careless = storage(Map.of("fs.s3a.retry.limit", "5")); // another client
      assertThatThrownBy(() -> careless.createIfAbsent(path("d"), "x".getBytes(UTF_8)))
          .isInstanceOf(FileProblemException.class)
          .hasMessageContaining("cannot keep two jobs from writing to one table")
          .hasMessageContaining("fs.s3a.create.conditional.enabled=false");
      assertThat(content("d")).isEqualTo("x");
      Storage allowed = storage(Map.of("fs.s3a.create.conditional.enabled", "false"));
      assertThat(allowed.createIfAbsent(path("e"), "x".getBytes(UTF_8))).isTrue();
      assertThat(allowed.createIfAbsent(path("e"), "y".getBytes(UTF_8))).isFalse();
    } finally {
      s3.passConditionsOver(false);
    }
  }

  @Test
  void deletingAndRenamingLeaveNoObjectsBehind() throws Exception {
    storage().write(path("t/tmp/w/x"), "x".getBytes(UTF_8));
    storage().write(path("t/keep"), "k".getBytes(UTF_8));
    storage().replace(path("t/tmp/w/x"), path("t/y"));
    storage().delete(path("t/tmp/w"));
    storage().delete(path("t/tmp"));
    assertThat(s3.keys(prefix + "/")).containsExactly(prefix + "/t/keep", prefix + "/t/y");
    assertThat(storage().find(path("t/tmp"))).isEmpty();
    assertThat(storage().find(path("t")).orElseThrow().directory()).isTrue();
    storage().write(path("t/z"), "new".getBytes(UTF_8));
    storage().replace(path("t/z"), path("t/y"));
    assertThat(content("t/y")).isEqualTo("new");
    assertThatThrownBy(() -> storage().replace(path("t/z"), path("t/y")))
        .isInstanceOf(NoSuchFileException.class);
    storage().write(path("u/v/probe"), "x".getBytes(UTF_8));
    storage().delete(path("u/v/probe"));
    storage().delete(path("t"));
    storage().delete(path("t"));
    assertThat(s3.keys(prefix + "/")).isEmpty();
  }

  @Test
  void keysMayHoldWhatUrlsMayNot() throws Exception {
    for (String name : new String[] {"a b/c+d.txt", "100%/%20.txt", "ä/表 1.txt", "q?#&=.txt"}) {
      storage().write(path(name), name.getBytes(UTF_8));
      assertThat(storage().find(path(name)).orElseThrow().name())
          .isEqualTo(name.substring(name.indexOf("/") + 1));
      try (InputStream in = storage().input(path(name)).newStream()) {
        assertThat(in.readAllBytes()).asString(UTF_8).isEqualTo(name);
      }
    }
    assertThat(storage().list(path("a b"))).extracting(StoredFile::name).containsExactly("c+d.txt");
  }

  @Test
  void aFileThatIsReplacedWhileItIsReadIsNotMixed() throws Exception {
    storage().write(path("in"), "old rows".getBytes(UTF_8));
    String version = storage().find(path("in")).orElseThrow().version();
    InputFile input = storage(Map.of("fs.s3a.retry.limit", "1")).input(path("in"));
    storage().write(path("in"), "new rows".getBytes(UTF_8));
    assertThat(storage().find(path("in")).orElseThrow().version()).isNotEqualTo(version);
    assertThatThrownBy(
            () -> {
              try (InputStream in = input.newStream()) {
                in.readAllBytes();
              }
            })
        .isInstanceOf(FileProblemException.class)
        .hasMessageContaining("was changed while it was read");
  }

  @Test
  void aCopyIsMadeByTheStoreWithoutItsBytesOnTheWay() throws Exception {
    byte[] bytes = new byte[1 << 20];
    new Random(3).nextBytes(bytes);
    s3.put(prefix + "/part%20one", bytes);
    long before = s3.bytesUploaded();
    storage().copy(path("part one"), path("next/part one"));
    assertThat(s3.bytes(prefix + "/next/part%20one")).isEqualTo(bytes);
    assertThat(s3.bytesUploaded() - before).isLessThan(bytes.length / 10);
    assertThatThrownBy(() -> storage().copy(path("none"), path("next/none")))
        .isInstanceOf(IOException.class);
    assertThat(storage().find(path("next/none"))).isEmpty();
  }

  @Test
  void aStoreThatCopiesNothingGetsTheBytes() throws Exception {
    byte[] bytes = "of a store that refuses".getBytes(UTF_8);
    s3.put(prefix + "/from", bytes);
    s3.refuseCopies(true);
    try {
      storage().copy(path("from"), path("to"));
    } finally {
      s3.refuseCopies(false);
    }
    assertThat(s3.bytes(prefix + "/to")).isEqualTo(bytes);
  }
}
