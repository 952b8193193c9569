package dev.espalier.jobs.flink;

import dev.espalier.io.storage.S3Server;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;

/** Rows, model and tables on S3. */
class FlinkKillsS3Test extends FlinkKills {
  private S3Server s3;

  @Override
  TriageJob place(TriageJob local, Path directory) throws Exception {
    s3 = S3Server.start(directory);
    return local.on(TablePlace.on(s3));
  }

  @AfterAll
  void stopStorage() {
    if (s3 != null) {
      s3.close();
    }
  }
}
