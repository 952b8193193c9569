package dev.espalier.eval.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.eval.Cell;
import dev.espalier.eval.CellResult;
import dev.espalier.eval.MetricScore;
import dev.espalier.eval.Request;
import dev.espalier.eval.Response;
import dev.espalier.eval.Sample;
import dev.espalier.eval.SweepResults;
import dev.espalier.eval.TaskDocument;
import dev.espalier.eval.TaskGroup;
import dev.espalier.io.FileProblemException;
import dev.espalier.io.storage.StorageOptions;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepFolderTest {
  @TempDir Path directory;

  @Test
  void whatIsWrittenIsReadAgain() throws Exception {
    Map<String, Object> columns = new LinkedHashMap<>();
    columns.put("text", "a\u00a0\u4e2d\ud83d\ude00");
    columns.put("whole", 3L);
    columns.put("part", 3.0);
    columns.put("large", new BigInteger("123456789012345678901234567890"));
    columns.put("nothing", null);
    columns.put("list", Arrays.asList(1L, null, Map.of("deep", true)));
    Map<String, Object> metrics = new LinkedHashMap<>();
    metrics.put("acc", 1.0);
    metrics.put("count", 2L);
    metrics.put("nan", Double.NaN);
    metrics.put("pair", List.of(-0.1, Double.NEGATIVE_INFINITY));
    List<Sample> samples = new ArrayList<>();
    samples.add(
        new Sample(
            new TaskDocument(
                0,
                columns,
                1L,
                List.of("x", "y"),
                List.of("a", "b"),
                List.of(
                    new Request.Loglikelihood("context", " a"),
                    new Request.Loglikelihood("context", " b"),
                    new Request.Loglikelihood("", " b"))),
            "none",
            List.of(
                List.of(new Response.Loglikelihood(-1.25, true)),
                List.of(new Response.Loglikelihood(-1e-9, false)),
                List.of(new Response.Loglikelihood(-3, false))),
            List.of(List.of(-1.25, true)),
            metrics,
            "d",
            "p",
            "t"));
    samples.add(
        new Sample(
            new TaskDocument(
                1,
                Map.of(),
                "",
                "",
                List.of(),
                List.of(
                    new Request.RollingLoglikelihood("whole text"),
                    new Request.GenerateUntil("ask", Map.of("until", List.of("\n"))))),
            "strict",
            List.of(
                List.of(new Response.RollingLoglikelihood(-12.5)),
                List.of(new Response.Text("one"), new Response.Text("two"))),
            Arrays.asList("one", null),
            Map.of(),
            "",
            "",
            ""));
    MetricScore score =
        new MetricScore("acc", "none", 0.1 + 0.2, OptionalDouble.of(1e-17), true, 2);
    MetricScore other = new MetricScore("ppl", "none", 7, OptionalDouble.empty(), false, 2);
    CellFacts facts = new CellFacts("task", "1.0", "hash", "cpu", 2, List.of(score, other), 10, 3);
    Cell cell = new Cell("id", "model", "task", Map.of("fewshot", "0"));
    TaskGroup group =
        new TaskGroup(
            "group",
            "Group",
            Optional.of("2"),
            List.of("task"),
            List.of(new TaskGroup.Aggregate("acc", "mean", true, List.of("none"))));
    SweepFolder folder = SweepFolder.at(directory.toString(), StorageOptions.defaults());

    folder.write("id", facts, samples, new CellCost(5, 0.5, 1));
    folder.write(new SweepManifest("sweep", List.of(cell), List.of(group), Map.of()));

    SweepResults results = SweepFolder.open(directory.toString());
    assertThat(results.name()).isEqualTo("sweep");
    assertThat(results.groups()).containsExactly(group);
    assertThat(results.cells())
        .containsExactly(new CellResult(cell, List.of(score, other), 10, 5, 3, 0.5));
    try (Stream<Sample> read = results.samples(cell)) {
      assertThat(read).containsExactlyElementsOf(samples);
    }
    CellFacts read = folder.facts("id").orElseThrow();
    assertThat(read.with(SampleSeal.NONE)).isEqualTo(facts);
    assertThat(folder.whole("id", problem -> {})).contains(read);
    assertThat(folder.facts("other")).isEmpty();
  }

  @Test
  void aDirectoryWithoutResultsIsToldFromOne() {
    assertThatThrownBy(() -> SweepFolder.open(directory.toString()))
        .isInstanceOf(FileProblemException.class)
        .hasMessageContaining("holds no results of a sweep");
  }

  @Test
  void whatAKilledProcessHadNotFinishedIsRemoved() throws Exception {
    SweepFolder folder = SweepFolder.at(directory.toString(), StorageOptions.defaults());
    List<Path> left =
        List.of(
            directory.resolve("sweep.json.1.tmp"),
            directory.resolve("cells/a/samples.parquet.2.tmp"),
            directory.resolve("harness/m/fewshot=0/results_0.json.3.tmp"),
            directory.resolve("_espalier/requests/m.parquet.4.tmp"));
    Path kept = directory.resolve("cells/a/result.json");
    for (Path file : Stream.concat(left.stream(), Stream.of(kept)).toList()) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, "");
    }

    folder.tidy();

    assertThat(left).noneMatch(Files::exists);
    assertThat(kept).exists();
  }
}
