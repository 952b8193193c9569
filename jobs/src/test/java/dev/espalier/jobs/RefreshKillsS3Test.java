package dev.espalier.jobs;

import dev.espalier.io.storage.S3Server;
import dev.espalier.jobs.flink.TablePlace;
import java.nio.file.Path;

/** The table on S3. */
class RefreshKillsS3Test extends RefreshKills {
  private S3Server s3;

  @Override
  TablePlace start(Path disk) throws Exception {
    s3 = S3Server.start(disk);
    return TablePlace.on(s3);
  }

  @Override
  void stop() {
    if (s3 != null) {
      s3.close();
    }
  }
}
