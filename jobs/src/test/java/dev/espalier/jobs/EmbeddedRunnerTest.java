package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.io.read.InputFormat;
import dev.espalier.io.read.SourceFile;
import java.util.List;
import org.junit.jupiter.api.Test;

class EmbeddedRunnerTest {
  private static final long MOST = EmbeddedRunner.MOST_DIRECT_BYTES;

  private static String runner(SourceFile... files) {
    return EmbeddedRunner.of(List.of(files));
  }

  private static SourceFile file(String name, InputFormat format, long bytes) {
    return new SourceFile("/data/" + name, name, format, bytes, "");
  }

  @Test
  void muchInputGoesToTheRunnerThatSpills() {
    assertThat(runner(file("a.jsonl", InputFormat.JSONL, MOST))).isEqualTo("direct");
    assertThat(runner(file("a.jsonl", InputFormat.JSONL, MOST + 1))).isEqualTo("flink");
    assertThat(
            runner(
                file("a.csv", InputFormat.CSV, MOST / 2),
                file("b.jsonl", InputFormat.JSONL, MOST / 2 + 1)))
        .isEqualTo("flink");
    assertThat(runner()).isEqualTo("direct");
  }

  @Test
  void compressedInputCountsForMore() {
    for (String name : List.of("a.jsonl.gz", "a.jsonl.zst")) {
      assertThat(runner(file(name, InputFormat.JSONL, MOST / 4))).isEqualTo("direct");
      assertThat(runner(file(name, InputFormat.JSONL, MOST / 4 + 1))).isEqualTo("flink");
    }
    assertThat(runner(file("a.parquet", InputFormat.PARQUET, MOST / 4 + 1))).isEqualTo("flink");
  }
}
