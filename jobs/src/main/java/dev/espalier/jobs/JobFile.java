package dev.espalier.jobs;

import dev.espalier.engine.EngineOptions;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.io.table.WriteOptions;
import dev.espalier.row.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A job: which program runs with which model on which rows, and where the table goes. Paths without
 * a scheme are relative to the job file.
 *
 * @param file the job file
 * @param model {@code builtin:nano}, or a directory in Hugging Face form
 * @param program a YAML file, or the name of a class
 * @param seed of every random number of the run
 * @param maxFailures largest fraction of rows that may fail before the run counts as failed
 * @param checks of a new snapshot
 * @param storage how paths with a scheme are reached
 */
public record JobFile(
    Path file,
    String model,
    String program,
    Input input,
    Output output,
    long seed,
    EngineOptions engine,
    Runner runner,
    Plan plan,
    double maxFailures,
    Refresh refresh,
    Checks checks,
    StorageOptions storage) {
  private static final Runner RUNNER_OF_THIS_PROCESS =
      new Runner(EmbeddedRunner.DIRECT, Optional.empty(), 1);

  /**
   * @param path file, directory or glob, on any Hadoop file system
   * @param ids fields that identify a row; without one, a row is its file and number
   * @param idType {@code int64} or {@code text}; empty is as the input has it: the type that
   *     Parquet files tell, else text
   * @param format jsonl, csv or parquet; empty is by the ending of the name
   * @param badLines {@code fail} stops before any work at a line that cannot be read, {@code row}
   *     makes it an error row
   */
  public record Input(
      String path, List<String> ids, String idType, Optional<String> format, String badLines) {
    public Input {
      ids = List.copyOf(ids);
    }

    /** The one field that identifies a row; empty if there is none, or several are. */
    public Optional<String> id() {
      return ids.size() == 1 ? Optional.of(ids.get(0)) : Optional.empty();
    }
  }

  /**
   * @param path directory of the table
   * @param shards number of files; {@link WriteOptions#AUTO_SHARDS} for as many as the rows fill
   * @param include input fields that become columns beside the named values
   * @param overwrite replace the finished table of another job
   */
  public record Output(String path, int shards, List<String> include, boolean overwrite) {}

  /**
   * @param name direct, flink, or auto for the one that fits the input
   * @param master host:port of a Flink cluster, or {@code auto} for the one that Flink has chosen;
   *     empty is a cluster inside this process
   * @param workers parallel workers
   */
  public record Runner(String name, Optional<String> master, int workers) {
    boolean isAuto() {
      return name.equals(EmbeddedRunner.AUTO);
    }

    boolean isDirect() {
      return name.equals(EmbeddedRunner.DIRECT);
    }

    boolean isFlink() {
      return name.equals(EmbeddedRunner.FLINK);
    }
  }

  /**
   * @param grouping rows with shared openings run together; off only to see what it is worth
   * @param inFlight programs that run at once on one device
   */
  public record Plan(boolean grouping, int inFlight) {}

  /**
   * How a table is brought up to date.
   *
   * @param isGiven whether the job file speaks of it, so that a run keeps what a refresh can use
   * @param failed {@code retry} runs rows that had failed again, {@code keep} takes them over
   * @param stepCacheBytes of results of steps that are kept
   * @param stepCacheDays for which they are kept
   */
  public record Refresh(boolean isGiven, String failed, long stepCacheBytes, int stepCacheDays) {
    boolean retriesFailed() {
      return failed.equals("retry");
    }
  }

  /** This job with its table in another place. */
  JobFile withOutputPath(String path) {
    return with(
        new Output(path, output.shards(), output.include(), output.overwrite()),
        engine,
        runner,
        plan,
        storage);
  }

  /** This job with another program. */
  JobFile withProgram(String other) {
    return with(other, input, output);
  }

  /** This job on the rows of a file, whose ids are in the field {@code id}. */
  JobFile onRows(String rows, String id, String table) {
    return with(
        program,
        new Input(rows, List.of(id), "text", Optional.empty(), "fail"),
        new Output(table, WriteOptions.AUTO_SHARDS, List.of(), true));
  }

  /** This job on the rows of an input that need no ids. */
  JobFile onInput(String path) {
    return with(program, new Input(path, List.of(), "", Optional.empty(), "fail"), output);
  }

  private JobFile with(String another, Input rows, Output table) {
    return new JobFile(
        file,
        model,
        another,
        rows,
        table,
        seed,
        engine,
        runner,
        plan,
        maxFailures,
        refresh,
        Checks.NONE,
        storage);
  }

  /** This job with other random numbers. */
  JobFile withSeed(long other) {
    return new JobFile(
        file,
        model,
        program,
        input,
        output,
        other,
        engine,
        runner,
        plan,
        maxFailures,
        refresh,
        checks,
        storage);
  }

  /** A job of this model and engine that answers requests of evaluations. */
  JobFile ofRequests(String requests, String answers) {
    return withSeed(0)
        .with(
            "",
            new Input(requests, List.of("id"), "text", Optional.of("parquet"), "fail"),
            new Output(answers, WriteOptions.AUTO_SHARDS, List.of(), true));
  }

  /** This job with other settings of its storage. */
  JobFile withStorage(StorageOptions options) {
    return with(output, engine, runner, plan, options);
  }

  /** This job on a runner of this process, if it leaves that open. */
  JobFile withRunner(String name) {
    return runner.isAuto()
        ? with(output, engine, new Runner(name, runner.master(), runner.workers()), plan, storage)
        : this;
  }

  /** This job on the small runner of this process. */
  JobFile onRunnerOfThisProcess() {
    return with(output, engine, RUNNER_OF_THIS_PROCESS, plan, storage);
  }

  /** This job on a runner of this process. */
  JobFile onRunnerOfThisProcess(String name) {
    return with(output, engine, new Runner(name, Optional.empty(), 1), plan, storage);
  }

  /** This job in another order and with another engine, on the runner of this process. */
  JobFile ungroupedWith(EngineOptions options) {
    return with(output, options, RUNNER_OF_THIS_PROCESS, new Plan(false, plan.inFlight()), storage);
  }

  private JobFile with(
      Output table, EngineOptions options, Runner on, Plan planned, StorageOptions reached) {
    return new JobFile(
        file,
        model,
        program,
        input,
        table,
        seed,
        options,
        on,
        planned,
        maxFailures,
        refresh,
        checks,
        reached);
  }

  /**
   * A job as far as it could be read, so that all else that is wrong can be found too.
   *
   * @param job with stand-ins where something is wrong; empty if the file is no mapping at all
   * @param problems all that is wrong with the file and the overrides
   * @param places of fields, such as {@code job.yaml:3:7}, by name, such as {@code input.path}
   */
  record Reading(Optional<JobFile> job, List<Problem> problems, Map<String, String> places) {
    /** Where a field stands, or the job file. */
    String place(String field) {
      return places.getOrDefault(field, field);
    }
  }
}
