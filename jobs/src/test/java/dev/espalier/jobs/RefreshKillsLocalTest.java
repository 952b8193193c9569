package dev.espalier.jobs;

import dev.espalier.jobs.flink.TablePlace;
import java.nio.file.Path;

/** The table on a disk. */
class RefreshKillsLocalTest extends RefreshKills {
  @Override
  TablePlace start(Path disk) throws Exception {
    return TablePlace.local(disk);
  }

  @Override
  void stop() {}
}
