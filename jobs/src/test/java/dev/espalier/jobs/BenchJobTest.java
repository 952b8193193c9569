package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.bench.JobFiles;
import dev.espalier.bench.ModelShapes;
import dev.espalier.engine.checkpoint.Checkpoint;
import dev.espalier.engine.model.ModelConfig;
import dev.espalier.engine.model.WeightShapes;
import dev.espalier.engine.text.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchJobTest {
  private static final List<String> LOAD =
      List.of("--shape=tiny", "--rows=12", "--groups=3", "--shared=30", "--own=5", "--out=4");

  @TempDir Path directory;

  private JobFolder.Ended bench(String part, String... more) {
    Stream<String> words = Stream.concat(Stream.of("bench", "job", part), Stream.of(more));
    return new JobFolder(directory).run(words.toArray(String[]::new));
  }

  private String[] load(String... more) {
    return Stream.concat(LOAD.stream(), Stream.of(more)).toArray(String[]::new);
  }

  private static Map<String, Double> figures(JobFolder.Ended ended) {
    assertThat(ended.code()).as(ended.err()).isZero();
    Map<String, Double> figures = new HashMap<>();
    ended
        .out()
        .lines()
        .map(line -> line.split(" "))
        .forEach(words -> figures.put(words[0], Double.valueOf(words[1])));
    return figures;
  }

  @Test
  void aJobIsMadeRunAndComparedWithTheEngineAlone() throws IOException {
    JobFolder.Ended made = bench("make", load("--device=cpu", directory.toString()));
    assertThat(made.code()).as(made.err()).isZero();
    Path model = JobFiles.model(directory);
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      ModelConfig shape = ModelShapes.all().get("tiny");
      assertThat(WeightShapes.of(checkpoint.config())).isEqualTo(WeightShapes.of(shape));
      assertThat(checkpoint.config().layers().get(0).rope().inverseFrequencies())
          .containsExactly(shape.layers().get(0).rope().inverseFrequencies(), Offset.offset(1e-6f));
      assertThat(checkpoint.unusedWeights()).isEmpty();
    }
    HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.load(model);
    List<String> rows = Files.readAllLines(directory.resolve("rows.jsonl"));
    assertThat(rows).hasSize(12);
    String shared = rows.get(0).replaceAll(".*\"shared\": \"([a-z]*)\".*", "$1");
    assertThat(tokenizer.encode(shared, true).length()).isEqualTo(30);
    assertThat(rows.get(3)).contains(shared);
    assertThat(rows.get(1)).doesNotContain(shared);

    Map<String, Double> job = figures(bench("run", directory.toString()));
    assertThat(job.get("job_tokens")).isEqualTo(48);
    assertThat(job.get("first_step_at_seconds"))
        .isBetween(job.get("engine_open_at_seconds"), job.get("last_step_at_seconds"));
    assertThat(job.get("wall_seconds")).isGreaterThanOrEqualTo(job.get("last_step_at_seconds"));
    assertThat(job.get("opening_seconds")).isPositive();

    Map<String, Double> alone =
        figures(bench("engine", load("--device=cpu", directory.toString())));
    assertThat(alone).containsKeys("plain_read_seconds", "engine_load_seconds", "engine_seconds");
    assertThat(alone.get("engine_tokens_per_second")).isPositive();
    assertThat(alone.get("model_bytes")).isPositive();
  }

  @Test
  void aLoadThatIsNoneIsRefused() {
    JobFolder.Ended ended = bench("make", load("--rows=10", "--device=cpu", directory.toString()));
    assertThat(ended.code()).isEqualTo(Espalier.BAD_CONFIGURATION);
    ended = bench("make", "--shape=tiny", "--rows=10", "--device=cpu", directory.toString());
    assertThat(ended.code()).isEqualTo(Espalier.BAD_CONFIGURATION);
    assertThat(ended.err()).contains("groups must divide the rows");
  }
}
