package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.open.ModelDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is malformed is one clear message, before any work. */
class BadInputsTest {
  private static final String JOB =
      """
      model: builtin:nano
      program: dev.espalier.jobs.Triage
      input: {path: tickets.jsonl, id: id}
      output: {path: out}
      """;

  @TempDir Path directory;
  private JobFolder folder;

  @BeforeEach
  void writeJob() throws IOException {
    folder = new JobFolder(directory);
    folder.write("tickets.jsonl", JobFolder.TICKETS.subList(0, 3));
    folder.write("job.yaml", JOB);
  }

  @Test
  void aTruncatedCheckpoint() throws IOException {
    Path model = Files.createDirectory(directory.resolve("model"));
    try (Stream<Path> files = Files.list(ModelDirectory.resolve("builtin:nano").path())) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, model.resolve(file.getFileName().toString()));
      }
    }
    byte[] weights = Files.readAllBytes(model.resolve("model.safetensors"));
    Files.write(model.resolve("model.safetensors"), Arrays.copyOf(weights, weights.length / 2));
    expectOneProblem(List.of("model.safetensors"), "model=model");
  }

  @Test
  void aParquetFileCutInHalf() throws IOException {
    assertThat(folder.run("run", directory.resolve("job.yaml").toString()).code()).isZero();
    Path table = directory.resolve("out/part-00000-of-00001.parquet");
    byte[] bytes = Files.readAllBytes(table);
    Files.write(directory.resolve("half.parquet"), Arrays.copyOf(bytes, bytes.length / 2));
    expectOneProblem(List.of("half.parquet"), "input.path=half.parquet");
  }

  @Test
  void aBrokenLine() throws IOException {
    folder.write("broken.jsonl", List.of("{\"id\": \"a\", \"body\": \"unclosed}"));
    expectOneProblem(List.of("broken.jsonl"), "input.path=broken.jsonl");
  }

  @Test
  void aBrokenLineFarBehind() throws IOException {
    folder.write("broken.jsonl", List.of(JobFolder.TICKETS.get(0), "", "{\"id\": nonsense}"));
    expectOneProblem(List.of("broken.jsonl"), "input.path=broken.jsonl");
  }

  @Test
  void idsThatAreNotUnique() throws IOException {
    folder.write("twice.jsonl", List.of(JobFolder.TICKETS.get(0), JobFolder.TICKETS.get(0)));
    expectOneProblem(List.of("t0000"), "input.path=twice.jsonl");
  }

  @Test
  void aMissingInputAMissingModelAndABadProgramAreReportedTogether() throws IOException {
    folder.write("bad.yaml", "steps:\n  - say: hello\n");
    JobFolder.Ended ended =
        folder.run(
            "run",
            directory.resolve("job.yaml").toString(),
            "--set",
            "input.path=nowhere.jsonl",
            "--set",
            "model=nowhere",
            "--set",
            "program=bad.yaml");
    assertThat(ended.code()).isEqualTo(Espalier.BAD_CONFIGURATION);
    assertThat(ended.err())
        .contains("nowhere.jsonl")
        .contains("nowhere is not a directory")
        .contains("bad.yaml:2")
        .contains("3 problems; nothing was run.");
  }

  @Test
  void aGpuThatIsNotThereIsAFailureWithItsCause() {
    JobFolder.Ended ended =
        folder.run(
            "run", directory.resolve("job.yaml").toString(), "--set", "engine.device=cuda:99");
    assertThat(ended.code()).isEqualTo(Espalier.BAD_CONFIGURATION);
    assertThat(ended.err()).contains("cuda:99").doesNotContainIgnoringCase("jcuda");
  }

  private void expectOneProblem(List<String> named, String setting) {
    JobFolder.Ended ended =
        folder.run(
            "run",
            directory.resolve("job.yaml").toString(),
            "--set",
            setting,
            "--set",
            "output.path=other");
    assertThat(ended.code()).as(ended.err()).isEqualTo(Espalier.BAD_CONFIGURATION);
    assertThat(ended.err()).contains(named);
    assertThat(ended.err().lines().filter(line -> line.startsWith("error:"))).hasSize(1);
    assertThat(directory.resolve("other/_manifest.json")).doesNotExist();
  }
}
