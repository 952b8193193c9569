package dev.espalier.jobs.flink;

import java.nio.file.Path;

/** Tables on the local disk. */
class FlinkKillsTest extends FlinkKills {
  @Override
  TriageJob place(TriageJob local, Path directory) {
    return local;
  }
}
