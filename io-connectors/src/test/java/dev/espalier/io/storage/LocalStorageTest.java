package dev.espalier.io.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class LocalStorageTest extends StorageContract {
  @Override
  Storage storage() {
    return new LocalStorage();
  }

  @Override
  String path(String name) {
    return directory.resolve(name).toString();
  }

  @Test
  void fileUrisAndPlainPathsAreTheSame() throws IOException {
    Files.writeString(directory.resolve("a b"), "x");
    String uri = directory.resolve("a b").toUri().toString();
    assertThat(storage().find(uri)).isPresent();
    assertThat(StorageOptions.defaults().open(uri)).isInstanceOf(LocalStorage.class);
    assertThat(StorageOptions.defaults().open("time:12.jsonl")).isInstanceOf(LocalStorage.class);
  }

  @Test
  void whatBeginsLikeAFileUriAndIsNoneIsTakenAsItStands() throws IOException {
    for (String name : List.of("a b", "100% {x} [y]", "a #1", "is it?", "a#1", "ü%zz")) {
      Files.writeString(directory.resolve(name), name);
      for (String scheme : List.of("file:", "file://", "file://localhost")) {
        assertThat(storage().find(scheme + directory.resolve(name)))
            .as(scheme + name)
            .hasValueSatisfying(file -> assertThat(file.name()).isEqualTo(name));
      }
    }
  }

  /** Who tries again and again on a disk that is full would fill it with what failed. */
  @Test
  void aWriteThatFailsNamesItsFile() throws IOException {
    String path = directory.resolve("file").toString();
    StorageOutput out = storage().create(path);
    out.close();
    for (ThrowingCallable write :
        List.<ThrowingCallable>of(() -> out.write(1), () -> out.write(new byte[2]), out::sync)) {
      assertThatThrownBy(write)
          .isInstanceOf(FileSystemException.class)
          .hasMessageStartingWith(path + ": ");
    }
  }

  @Test
  void aWriteThatFailsLeavesNothingBehind() throws IOException {
    Files.createDirectories(directory.resolve("taken/by"));
    byte[] content = {1, 2};
    assertThatThrownBy(() -> storage().write(path("taken"), content))
        .isInstanceOf(IOException.class);
    assertThat(directory.toFile().list()).containsExactly("taken");
    assertThat(storage().createIfAbsent(path("taken"), content)).isFalse();
    assertThat(directory.toFile().list()).containsExactly("taken");
  }
}
