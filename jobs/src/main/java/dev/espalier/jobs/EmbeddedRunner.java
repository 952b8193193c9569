package dev.espalier.jobs;

import dev.espalier.io.read.SourceFile;
import java.util.List;

/**
 * Which runner does a job in this process. The direct one starts two seconds sooner, but holds all
 * rows in memory, many times their size; Flink's holds some, whatever their number, and has the
 * rest on the local disk. The bytes of the table are the same.
 */
final class EmbeddedRunner {
  static final String AUTO = "auto";
  static final String DIRECT = "direct";
  static final String FLINK = "flink";

  /** Most input of the direct runner, in bytes of text. */
  static final long MOST_DIRECT_BYTES = 32L << 20;

  /** What compressed text has been before, in bytes for each of the file. */
  private static final int EXPANSION = 4;

  private EmbeddedRunner() {}

  /** The runner of a job that does not name one. */
  static String of(List<SourceFile> input) {
    if (!FlinkLibraries.arePresent()) {
      return DIRECT;
    }
    long bytes = 0;
    for (SourceFile file : input) {
      bytes += file.isPlainText() ? file.bytes() : EXPANSION * file.bytes();
    }
    return bytes <= MOST_DIRECT_BYTES ? DIRECT : FLINK;
  }
}
