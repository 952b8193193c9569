package dev.espalier.jobs;

import dev.espalier.eval.sweep.SweepFolder;
import dev.espalier.eval.tokens.TokenAnswer;
import dev.espalier.eval.tokens.TokenRequest;
import dev.espalier.io.read.InputCheck;
import dev.espalier.io.read.InputFormat;
import dev.espalier.io.read.ReadOptions;
import dev.espalier.io.read.SourceFile;
import dev.espalier.io.record.RecordWriter;
import dev.espalier.io.step.StepCache;
import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.io.table.OutputCheck;
import dev.espalier.io.table.TableState;
import dev.espalier.io.table.WriteOptions;
import dev.espalier.jobs.eval.RequestRows;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The requests of all cells of a model as the input of one job, and the job's table as their
 * answers. Both lie in the sweep's directory, and go when the answers are in cells; results of
 * requests stay for later sweeps.
 */
final class RequestsOfModel {
  private final ModelOfSweep model;
  private final String file;
  private final String answers;
  private final String steps;
  private final StorageOptions storage;

  /**
   * @param folder of the sweep
   */
  RequestsOfModel(ModelOfSweep model, SweepFolder folder, StorageOptions storage) {
    this.model = model;
    this.file = folder.internal("requests/" + model.key() + ".parquet");
    this.answers = folder.internal("answers/" + model.key());
    this.steps = folder.internal("steps/" + model.key());
    this.storage = storage;
  }

  /** Those in another directory, for a look that leaves nothing behind. */
  RequestsOfModel(ModelOfSweep model, String directory) {
    this.model = model;
    this.file = Storage.child(directory, model.key() + ".parquet");
    this.answers = Storage.child(directory, model.key());
    this.steps = Storage.child(directory, model.key() + "-steps");
    this.storage = StorageOptions.defaults();
  }

  /**
   * What was written.
   *
   * @param requests none of which is another
   * @param mostGenerated tokens at most, in all
   */
  record Written(long requests, long mostGenerated) {
    static final Written NOTHING = new Written(0, 0);

    /** Tokens that a request may generate at most, on average. */
    long mostGeneratedEach() {
      return requests == 0 ? 0 : (mostGenerated + requests - 1) / requests;
    }
  }

  /** Takes requests, equal ones once. */
  final class Writer implements AutoCloseable {
    private final Storage place;
    private final String aside;
    private final RecordWriter records;
    private final Set<String> met = new HashSet<>();
    private long mostGenerated;

    private Writer() throws IOException {
      place = storage.open(file);
      aside = file + "." + UUID.randomUUID() + ".tmp";
      records = RecordWriter.create(place, aside, RequestRows.SCHEMA);
    }

    /**
     * @return whether nobody has asked this before
     */
    boolean add(TokenRequest request) throws IOException {
      if (!met.add(request.key())) {
        return false;
      }
      records.write(RequestRows.values(request));
      if (request instanceof TokenRequest.Generate text) {
        mostGenerated += (long) text.sampling().maxTokens() * text.sampling().n();
      }
      return true;
    }

    /** Puts the file in its place. */
    Written done() throws IOException {
      records.close();
      place.replace(aside, file);
      return new Written(met.size(), mostGenerated);
    }

    /** Removes what is not in its place. */
    @Override
    public void close() throws IOException {
      place.delete(aside);
    }
  }

  Writer writer() throws IOException {
    return new Writer();
  }

  /**
   * The job that answers what was written.
   *
   * @param runs whether it is going to run; what is only planned lies on this machine
   */
  PreparedJob job(Written written, boolean runs) throws IOException {
    ReadOptions input =
        ReadOptions.of(file)
            .withIdField(RequestRows.ID)
            .withFormat(InputFormat.PARQUET)
            .withStorage(storage);
    WriteOptions output =
        WriteOptions.of(answers, model.key(), WriteOptions.AUTO_SHARDS)
            .withOverwrite(true)
            .withStorage(storage);
    List<SourceFile> files = InputCheck.of(input).files();
    InputComparison inputs = new InputComparison(input, files, output, false, false, runs);
    TableState state = runs ? OutputCheck.of(output, inputs) : TableState.NEW;
    JobFile answering = model.job().ofRequests(file, answers);
    String embedded = EmbeddedRunner.of(files);
    return new PreparedJob(
        runs ? answering.withRunner(embedded) : answering.onRunnerOfThisProcess(embedded),
        model.hash(),
        model.family(),
        new RequestWork(written.mostGeneratedEach()),
        input,
        new RowSelection.All(),
        output,
        RequestRows.COLUMNS,
        state,
        inputs,
        PreparedJob.Way.TABLE);
  }

  /** Results of requests that this and earlier sweeps had. */
  StepsOfRows steps() throws IOException {
    StepCache cache =
        StepCache.open(
            steps,
            storage,
            model.job().refresh().stepCacheBytes(),
            Duration.ofDays(model.job().refresh().stepCacheDays()));
    return new StepsOfRows(cache, model.identity(), true);
  }

  /**
   * Answers what was written.
   *
   * @param command that goes on after an interruption
   * @return what the run reported
   */
  RunReport run(Written written, String command, PrintWriter err)
      throws IOException, InterruptedException, ConfigurationException {
    PreparedJob job = job(written, true);
    PrintWriter nowhere = new PrintWriter(java.io.Writer.nullWriter());
    var unused =
        new JobStart(job, false, false, command, nowhere, err).remembering(steps()).run(true);
    return RunReports.read(job.output());
  }

  /**
   * What was answered.
   *
   * @param failures messages of requests that have no answer, by their keys
   */
  record Answers(Map<String, TokenAnswer> answers, Map<String, String> failures) {}

  Answers answers() throws IOException {
    Map<String, TokenAnswer> found = new HashMap<>();
    Map<String, String> failures = new TreeMap<>();
    TableScan.forEach(
        answers,
        storage,
        row -> {
          if (row.fields().get("error") instanceof Map<?, ?> error) {
            failures.put(row.id(), error.get("code") + ": " + error.get("message"));
          } else {
            found.put(row.id(), RequestRows.answer(row));
          }
        });
    return new Answers(found, failures);
  }

  /** Removes requests and answers; results stay. */
  void clear() throws IOException {
    Storage place = storage.open(file);
    place.delete(answers);
    place.delete(file);
  }
}
