package dev.espalier.io.storage;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Test;

/** Hadoop's interface, over Hadoop's own view of the local disk. */
class HadoopStorageTest extends StorageContract {
  @Override
  Storage storage() throws IOException {
    FileSystem local = new RawLocalFileSystem();
    local.initialize(URI.create("file:///"), new Configuration(false));
    return new HadoopStorage(local);
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
}
