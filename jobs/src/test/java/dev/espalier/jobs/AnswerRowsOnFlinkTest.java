package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.EngineStatistics;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.FinishReason;
import dev.espalier.engine.GenerationRequest;
import dev.espalier.engine.GenerationResult;
import dev.espalier.engine.ModelInfo;
import dev.espalier.engine.SamplingParameters;
import dev.espalier.engine.ScoreRequest;
import dev.espalier.engine.ScoreResult;
import dev.espalier.engine.TokenSequence;
import dev.espalier.pipeline.AnswerRows;
import dev.espalier.pipeline.Coders;
import dev.espalier.pipeline.EngineFactory;
import dev.espalier.pipeline.EnginePool;
import dev.espalier.pipeline.FinishedRow;
import dev.espalier.pipeline.LiveMetrics;
import dev.espalier.pipeline.RowRunnerFactory;
import dev.espalier.pipeline.RunMetrics;
import dev.espalier.pipeline.RunOptions;
import dev.espalier.program.RowRunner;
import dev.espalier.row.AnsweredRow;
import dev.espalier.row.NamedValue;
import dev.espalier.row.Row;
import dev.espalier.row.RowCoders;
import dev.espalier.row.RowOutcome;
import dev.espalier.row.RowReads;
import dev.espalier.row.ValueType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.runners.flink.FlinkRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dataflow on an embedded Flink; the model is a hash of the prompt. */
class AnswerRowsOnFlinkTest {
  private static final ConcurrentMap<String, Queue<RowOutcome>> SEEN = new ConcurrentHashMap<>();
  private static final ConcurrentMap<String, AtomicInteger> OPENED = new ConcurrentHashMap<>();

  @TempDir Path flinkConfiguration;

  @AfterEach
  void closeEngines() {
    EnginePool.closeAll();
  }

  @Test
  void everyRowIsAnsweredOnceByTheOneEngineOfTheJvm() throws IOException {
    List<Row> rows = rows(400);
    List<FinishedRow> finished = new ArrayList<>();
    for (Row row : rows.subList(0, 50)) {
      finished.add(FinishedRow.of(row, Hashing.outcome(row, "kept")));
    }
    RunMetrics metrics = run("answers", rows, finished, 0);
    assertThat(metrics.discrepancies()).isEmpty();
    assertThat(metrics.rowsSkipped()).isEqualTo(50);
    assertThat(metrics.rowsRun()).isEqualTo(350);
    assertThat(metrics.ranges()).isEqualTo(4);
    assertThat(metrics.walked()).contains(metrics.planned().totals());
    assertThat(OPENED.get("answers")).hasValue(1);
    List<RowOutcome> expected = new ArrayList<>();
    rows.subList(0, 50).forEach(row -> expected.add(Hashing.outcome(row, "kept")));
    rows.subList(50, 400).forEach(row -> expected.add(Hashing.outcome(row, Hashing.answer(row))));
    assertThat(SEEN.get("answers")).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void aLostDeviceIsOpenedAgainAndNoRowIsLost() throws IOException {
    List<Row> rows = rows(100);
    RunMetrics metrics = run("retry", rows, List.of(), 60);
    assertThat(metrics.discrepancies()).isEmpty();
    assertThat(metrics.rowsRun()).isEqualTo(100);
    assertThat(OPENED.get("retry")).hasValue(2);
    List<RowOutcome> expected = new ArrayList<>();
    rows.forEach(row -> expected.add(Hashing.outcome(row, Hashing.answer(row))));
    assertThat(Set.copyOf(SEEN.get("retry"))).isEqualTo(Set.copyOf(expected));
  }

  /** By the hash of their numbers alone, 8 ranges on 4 subtasks are 1, 4, 1 and 2. */
  @Test
  void eachSubtaskGetsItsShareOfTheRanges() throws IOException {
    run("shares", 4, 8, rows(4_000), List.of(), 0);
    List<Long> done = WatchedRows.DONE.values().stream().map(LongSupplier::getAsLong).toList();
    assertThat(WatchedRows.DONE).containsOnlyKeys(0, 1, 2, 3);
    assertThat(done.stream().mapToLong(Long::longValue).sum()).isEqualTo(4_000);
    assertThat(done).allSatisfy(rows -> assertThat(rows).isBetween(800L, 1_200L));
  }

  /** Rows that have ended in each subtask. */
  private record WatchedRows() implements LiveMetrics {
    static final ConcurrentMap<Integer, LongSupplier> DONE = new ConcurrentHashMap<>();

    @Override
    public void show(Object receiver, Map<String, LongSupplier> figures) {
      int subtask = FlinkTask.of(receiver).orElseThrow().getTaskInfo().getIndexOfThisSubtask();
      assertThat(DONE.put(subtask, figures.get("rows_done"))).isNull();
    }
  }

  private RunMetrics run(String name, List<Row> rows, List<FinishedRow> finished, int lostAt)
      throws IOException {
    return run(name, 2, 4, rows, finished, lostAt);
  }

  private RunMetrics run(
      String name, int subtasks, int ranges, List<Row> rows, List<FinishedRow> finished, int lostAt)
      throws IOException {
    Files.writeString(
        flinkConfiguration.resolve("config.yaml"),
        """
        restart-strategy:
          type: fixed-delay
          fixed-delay:
            attempts: 3
            delay: 100ms
        """);
    FlinkPipelineOptions options = PipelineOptionsFactory.create().as(FlinkPipelineOptions.class);
    options.setRunner(FlinkRunner.class);
    options.setFlinkMaster("[local]");
    options.setFlinkConfDir(flinkConfiguration.toString());
    options.setParallelism(subtasks);
    Pipeline pipeline = Pipeline.create(options);
    RunOptions run =
        RunOptions.of(name, 1)
            .withPartitioner(new FlinkPartitioner(subtasks))
            .withLive(name.equals("shares") ? new WatchedRows() : LiveMetrics.none());
    PCollection<FinishedRow> before =
        pipeline.apply("Finished", Create.of(finished).withCoder(Coders.FINISHED));
    PCollection<AnsweredRow> answers =
        pipeline
            .apply("Rows", Create.of(rows).withCoder(RowCoders.ROW))
            .apply(
                AnswerRows.with(
                        new HashingEngines(name, lostAt),
                        new HashingPrograms(name),
                        run.withPlan(run.plan().withRanges(ranges, ranges)).withInFlight(16))
                    .skipping(before))
            .get(AnswerRows.ANSWERS);
    AnswerRows.outcomes(answers).apply("See", ParDo.of(new SeeFn(name)));
    return RunMetrics.of(pipeline.run());
  }

  private static List<Row> rows(int count) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(Row.of("row-" + i, Map.of("group", i % 7L, "body", 31L * i)));
    }
    return rows;
  }

  private static final class SeeFn extends DoFn<RowOutcome, Void> {
    private final String name;

    SeeFn(String name) {
      this.name = name;
    }

    @ProcessElement
    public void process(@Element RowOutcome outcome) {
      SEEN.computeIfAbsent(name, key -> new ConcurrentLinkedQueue<>()).add(outcome);
    }
  }

  private record HashingPrograms(String key) implements RowRunnerFactory {
    @Override
    public RowRunner create() {
      return new Hashing();
    }
  }

  /** A program of one generation. */
  private static final class Hashing implements RowRunner {
    static String answer(Row row) {
      return Integer.toHexString(new Hashing().opening(row).hashCode());
    }

    static RowOutcome outcome(Row row, String answer) {
      NamedValue value = new NamedValue("answer", ValueType.STRING, answer);
      return new RowOutcome(
          row.id(), List.of(value), List.of(), Optional.empty(), RowReads.ofNoField(row));
    }

    @Override
    public TokenSequence opening(Row row) {
      int group = ((Long) row.fields().get("group")).intValue();
      int body = ((Long) row.fields().get("body")).intValue();
      return TokenSequence.of(1, 2, 3, group, group, group, body);
    }

    @Override
    public CompletableFuture<RowOutcome> run(Row row, Engine engine, long runSeed) {
      return engine
          .generate(GenerationRequest.of(opening(row), SamplingParameters.defaults()))
          .thenApply(result -> outcome(row, result.first().text()));
    }
  }

  /**
   * @param lostAt the request that loses the first device, counted from 1; 0 for none
   */
  private record HashingEngines(String key, int lostAt) implements EngineFactory {
    @Override
    public Engine open() {
      int opened = OPENED.computeIfAbsent(key, name -> new AtomicInteger()).incrementAndGet();
      return new HashingEngine(opened == 1 ? lostAt : 0);
    }
  }

  private static final class HashingEngine implements Engine {
    private final int lostAt;
    private final AtomicInteger requests = new AtomicInteger();

    HashingEngine(int lostAt) {
      this.lostAt = lostAt;
    }

    @Override
    public CompletableFuture<GenerationResult> generate(GenerationRequest request) {
      if (requests.incrementAndGet() == lostAt) {
        return CompletableFuture.failedFuture(
            new EngineException(ErrorCode.DEVICE_LOST, "the device is gone"));
      }
      TokenSequence prompt = request.prompt();
      return CompletableFuture.supplyAsync(
          () -> {
            GenerationResult.Sample sample =
                new GenerationResult.Sample(
                    TokenSequence.empty(),
                    Integer.toHexString(prompt.hashCode()),
                    FinishReason.STOP,
                    List.of(),
                    0,
                    0,
                    true);
            return new GenerationResult(List.of(sample), prompt.length(), 0, List.of());
          });
    }

    @Override
    public CompletableFuture<ScoreResult> score(ScoreRequest request) {
      throw new UnsupportedOperationException("this program does not score");
    }

    @Override
    public Expectation expect(TokenSequence opening) {
      return () -> {};
    }

    @Override
    public ModelInfo model() {
      return new ModelInfo("hash", "hash", "00", 100, 100, Set.of());
    }

    @Override
    public EngineStatistics statistics() {
      return new EngineStatistics(requests.get(), 0, 0, 0, 0, 0, 0, 0, 0);
    }

    @Override
    public void checkIntegrity() {}

    @Override
    public void close() {}
  }
}
