package dev.espalier.jobs.flink;

import dev.espalier.io.storage.MiniHdfs;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;

/** Rows, model and tables on HDFS. */
class FlinkKillsHdfsTest extends FlinkKills {
  private MiniHdfs hdfs;

  @Override
  TriageJob place(TriageJob local, Path directory) throws Exception {
    hdfs = MiniHdfs.start(directory);
    return local.on(TablePlace.on(hdfs));
  }

  @AfterAll
  void stopStorage() {
    if (hdfs != null) {
      hdfs.close();
    }
  }
}
