package dev.espalier.io.storage;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.io.FileProblemException;
import dev.espalier.io.IoReason;
import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hadoop's interface, over Hadoop's own view of the local disk. */
class HadoopStorageTest extends StorageContract {
  @Override
  Storage storage() throws IOException {
    FileSystem local = new RawLocalFileSystem();
    local.initialize(URI.create("file:///"), new Configuration(false));
    return new HadoopStorage(() -> local);
  }

  @Override
  String path(String name) {
    return "file:" + directory.resolve(name);
  }

  @Test
  void anUnknownSchemeIsNamed() {
    assertThatThrownBy(() -> StorageOptions.defaults().open("nosuch://host/a"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("nosuch");
  }

  @ParameterizedTest
  @CsvSource({
    "s3://bucket/a, no storage is known by s3://. Write s3a://.",
    "wasb://box@host/a, no storage is known by wasb://. Write abfs://.",
    "nosuch://host/a, no file system is known for nosuch://. Check the path",
  })
  void aSchemeThatNothingServesIsToldWithItsRemedy(String path, String message) {
    assertThatThrownBy(() -> StorageOptions.defaults().open(path))
        .isInstanceOf(FileProblemException.class)
        .hasMessageStartingWith(path + ": " + message);
    assertThatThrownBy(() -> StorageOptions.defaults().contact(path))
        .isInstanceOf(FileProblemException.class)
        .hasMessageStartingWith(path + ": " + message);
  }

  @Test
  void anUnknownHostIsNoDefect() {
    assertThatThrownBy(() -> StorageOptions.defaults().open("hdfs://no-such-host.invalid/a"))
        .isInstanceOf(IOException.class)
        .extracting(IoReason::of)
        .asString()
        .contains("the host is not known");
  }
}
