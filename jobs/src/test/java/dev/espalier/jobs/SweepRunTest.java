package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.ScoreRequest;
import dev.espalier.engine.TokenSequence;
import dev.espalier.engine.open.Engines;
import dev.espalier.eval.MetricScore;
import dev.espalier.eval.OutputType;
import dev.espalier.eval.Request;
import dev.espalier.eval.Response;
import dev.espalier.eval.Sample;
import dev.espalier.eval.SweepResults;
import dev.espalier.eval.TaskDocument;
import dev.espalier.eval.TaskScoring;
import dev.espalier.eval.sweep.CellPlan;
import dev.espalier.eval.sweep.SweepFolder;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.jobs.fields.JobVariables;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sweeps over documents that are made here, on the built-in model. */
class SweepRunTest {
  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void scoresAreThoseOfTheEngineAskedOnceForEachChoice() throws Exception {
    Questions questions = new Questions("sums", 7);

    assertThat(run(List.of(questions))).isEqualTo(Espalier.DONE);

    SweepResults results = SweepFolder.open(directory.resolve("out").toString());
    List<Sample> samples = samples(results, 0);
    assertThat(samples).hasSize(7);
    ModelOfSweep model = model();
    try (Engine engine = Engines.open("builtin:nano", EngineOptions.defaults())) {
      for (Sample sample : samples) {
        for (int i = 0; i < sample.document().requests().size(); i++) {
          Request.Loglikelihood request =
              (Request.Loglikelihood) sample.document().requests().get(i);
          TokenSequence whole =
              model.text().tokenizer().encode(request.context() + request.continuation(), true);
          TokenSequence context = model.text().tokenizer().encode(request.context(), true);
          TokenSequence rest = whole.slice(context.length(), whole.length());
          double expected =
              engine
                  .score(new ScoreRequest(context, List.of(rest), 0))
                  .get()
                  .continuations()
                  .get(0)
                  .logprob();
          Response.Loglikelihood response =
              (Response.Loglikelihood) sample.responses().get(i).get(0);
          assertThat(response.sum()).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void aCellThatIsDoneIsTakenOverAndEqualRequestsAreAskedOnce() throws Exception {
    run(List.of(new Questions("sums", 5)));
    Map<String, String> before = files();

    run(List.of(new Questions("sums", 5), new Questions("sums", 8)));

    assertThat(out.toString()).contains("2 cells, 1 done before; 32 requests, 8 to the engine");
    assertThat(files()).containsAllEntriesOf(withoutManifest(before));
  }

  private static Map<String, String> withoutManifest(Map<String, String> files) {
    Map<String, String> without = new TreeMap<>(files);
    without.remove("sweep.json");
    return without;
  }

  @Test
  void theBytesAreTheSameOnFlink() throws Exception {
    run(List.of(new Questions("sums", 6)));
    Map<String, String> direct = files();
    delete();

    run(List.of(new Questions("sums", 6)), "runner: flink");

    assertThat(files()).isEqualTo(direct);
  }

  private void delete() throws Exception {
    StorageOptions.defaults().open("").delete(directory.resolve("out").toString());
  }

  private Map<String, String> files() throws Exception {
    return KilledSweepTest.results(directory.resolve("out"));
  }

  private static List<Sample> samples(SweepResults results, int cell) throws Exception {
    try (Stream<Sample> samples = results.samples(results.cells().get(cell).cell())) {
      return samples.toList();
    }
  }

  private int run(List<CellPlan.Source> sources, String... settings) throws Exception {
    ModelOfSweep model = model(settings);
    List<Sweep.PlannedCell> cells = new ArrayList<>();
    for (CellPlan.Source source : sources) {
      CellPlan plan = new CellPlan("nano", Map.of("fewshot", "0"), source, 0, "");
      cells.add(new Sweep.PlannedCell(plan, model));
    }
    Sweep sweep =
        new Sweep(
            "test",
            directory.resolve("out").toString(),
            StorageOptions.defaults(),
            cells,
            List.of(),
            Map.of(),
            false,
            "2026-03-01",
            "2026-03-01T00:00:00Z");
    return new SweepRun(sweep, "espalier eval", new PrintWriter(out), new PrintWriter(err))
        .run(false);
  }

  private ModelOfSweep model(String... settings) throws Exception {
    Path job = directory.resolve("job.yaml");
    Files.writeString(
        job,
        "model: builtin:nano\nprogram: a.B\ninput: {path: a.jsonl}\noutput: {path: out}\n"
            + String.join("\n", settings));
    return ModelOfSweep.of(
        "nano", JobFileReader.reading(job, List.of(), JobVariables.now()).job().get());
  }

  /** Sums with four answers each. */
  private record Questions(String name, int count) implements CellPlan.Source {
    @Override
    public TaskScoring scoring() {
      return new TaskScoring(
          name,
          name,
          Optional.of("1"),
          OutputType.MULTIPLE_CHOICE,
          List.of(),
          List.of(),
          1,
          Optional.empty());
    }

    @Override
    public List<TaskDocument> documents() {
      List<TaskDocument> documents = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        List<String> choices = List.of("" + 2 * i, "" + (2 * i + 1), "one hundred", "none");
        String context = "Question: what is " + i + " + " + i + "?\nAnswer:";
        List<Request> requests = new ArrayList<>();
        choices.forEach(choice -> requests.add(new Request.Loglikelihood(context, " " + choice)));
        documents.add(
            new TaskDocument(i, Map.of("number", (long) i), context, 0L, choices, requests));
      }
      return documents;
    }

    @Override
    public CellPlan.Scored score(
        List<TaskDocument> documents, List<List<List<Response>>> responses) {
      List<Sample> samples = new ArrayList<>();
      double right = 0;
      for (int i = 0; i < documents.size(); i++) {
        int best = 0;
        for (int k = 1; k < responses.get(i).size(); k++) {
          best = sum(responses, i, k) > sum(responses, i, best) ? k : best;
        }
        double acc = best == 0 ? 1 : 0;
        right += acc;
        samples.add(
            new Sample(
                documents.get(i),
                "none",
                responses.get(i),
                List.of(),
                Map.of("acc", acc),
                "",
                "",
                ""));
      }
      MetricScore score =
          new MetricScore(
              "acc", "none", right / documents.size(), OptionalDouble.empty(), true, count);
      return new CellPlan.Scored(samples, List.of(score));
    }

    private static double sum(List<List<List<Response>>> responses, int document, int choice) {
      return ((Response.Loglikelihood) responses.get(document).get(choice).get(0)).sum();
    }
  }
}
