package dev.espalier.io.lock;

import dev.espalier.io.storage.S3Server;
import dev.espalier.io.storage.StorageOptions;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A lock where nothing can be renamed or created in one step but by a conditional PUT. */
class S3PlaceLockTest extends PlaceLockContract {
  @TempDir static Path disk;
  private static S3Server s3;

  private final String directory = "s3a://" + S3Server.BUCKET + "/" + UUID.randomUUID() + "/lock";

  @BeforeAll
  static void start() throws Exception {
    s3 = S3Server.start(disk);
  }

  @AfterAll
  static void stop() {
    s3.close();
  }

  @Override
  StorageOptions options() {
    return new StorageOptions(s3.settings());
  }

  @Override
  String directory() {
    return directory;
  }

  /** Each takes some hundred requests. */
  @Override
  int trials() {
    return 3;
  }
}
