package dev.espalier.io.lock;

import dev.espalier.io.storage.MiniHdfs;
import dev.espalier.io.storage.StorageOptions;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class HdfsPlaceLockTest extends PlaceLockContract {
  @TempDir static Path disk;
  private static MiniHdfs hdfs;

  private final String directory = hdfs.path("/tables/" + UUID.randomUUID() + "/lock");

  @BeforeAll
  static void start() throws Exception {
    hdfs = MiniHdfs.start(disk);
  }

  @AfterAll
  static void stop() {
    hdfs.close();
  }

  @Override
  StorageOptions options() {
    return hdfs.options();
  }

  @Override
  String directory() {
    return directory;
  }
}
