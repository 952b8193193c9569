package dev.espalier.io.storage;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.io.IoReason;
import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  /** Hadoop knows the name of its class for these, which is in another jar. */
  @ParameterizedTest
  @ValueSource(strings = {"s3a://bucket/a", "abfs://box@host/a", "wasb://box@host/a"})
  void aSchemeWhoseJarIsMissingIsNoDefect(String path) {
    assertThatThrownBy(() -> StorageOptions.defaults().open(path))
        .isInstanceOf(IOException.class)
        .extracting(IoReason::of)
        .asString()
        .contains("no file system is known for this scheme");
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
