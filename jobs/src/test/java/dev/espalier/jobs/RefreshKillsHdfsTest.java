package dev.espalier.jobs;

import dev.espalier.io.storage.MiniHdfs;
import dev.espalier.jobs.flink.TablePlace;
import java.nio.file.Path;

/** The table on HDFS. */
class RefreshKillsHdfsTest extends RefreshKills {
  private MiniHdfs hdfs;

  @Override
  TablePlace start(Path disk) throws Exception {
    hdfs = MiniHdfs.start(disk);
    return TablePlace.on(hdfs);
  }

  @Override
  void stop() {
    if (hdfs != null) {
      hdfs.close();
    }
  }
}
