package dev.espalier.jobs;

import dev.espalier.engine.EngineOptions;
import dev.espalier.io.IoReason;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.io.table.WriteOptions;
import dev.espalier.jobs.eval.PlainYaml;
import dev.espalier.jobs.fields.JobVariables;
import dev.espalier.jobs.fields.Section;
import dev.espalier.row.Problem;
import dev.espalier.yaml.YamlDocument;
import dev.espalier.yaml.YamlMapping;
import dev.espalier.yaml.YamlReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
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
  // Far above what is of use, and far below what a machine has room for: each of them is a price in
  // memory or threads.
  private static final int MAX_SHARDS = 100_000;
  private static final int MAX_IN_FLIGHT = 16_384;
  private static final int MAX_WORKERS = 1024;

  private static final Runner RUNNER_OF_THIS_PROCESS =
      new Runner(EmbeddedRunner.DIRECT, Optional.empty(), 1);

  private static final long DEFAULT_STEP_CACHE_BYTES = 4L << 30;

  /** How an address of Flink is written. */
  static final String HOST_AND_PORT = "[^:/\\s]+:\\d{1,5}";

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

  /**
   * Reads a job file and the overrides of the command line.
   *
   * @param overrides of the form {@code a.b=value}
   * @throws ConfigurationException with everything that is wrong
   */
  public static JobFile read(Path file, List<String> overrides) throws ConfigurationException {
    Reading reading = reading(file, overrides);
    if (!reading.problems().isEmpty()) {
      throw new ConfigurationException(reading.problems());
    }
    return reading.job().orElseThrow();
  }

  /**
   * The same with the problems beside the job.
   *
   * @throws ConfigurationException if the file cannot be read
   */
  static Reading reading(Path file, List<String> overrides) throws ConfigurationException {
    return reading(file, overrides, JobVariables.now());
  }

  /**
   * The same at a logical time.
   *
   * @param variables what paths mean by {@code {{ … }}}, without the job's own {@code vars}
   * @throws ConfigurationException if the file cannot be read
   */
  static Reading reading(Path file, List<String> overrides, JobVariables variables)
      throws ConfigurationException {
    List<Problem> problems = new ArrayList<>();
    YamlDocument document = YamlReader.read(file.toString(), text(file));
    document
        .problems()
        .forEach(p -> problems.add(new Problem(p.place().toString(), p.message(), p.remedy())));
    if (document.root().isEmpty()) {
      return new Reading(Optional.empty(), problems, Map.of());
    }
    if (!(document.root().get() instanceof YamlMapping root)) {
      problems.add(
          new Problem(
              document.root().get().place().toString(),
              "the file holds no mapping",
              "write fields such as `model: …`"));
      return new Reading(Optional.empty(), problems, Map.of());
    }
    for (String setting : overrides) {
      Optional<SettingOverride> override = SettingOverride.read(setting, problems);
      root = override.isPresent() ? override.get().in(root) : root;
    }
    Map<String, String> places = new HashMap<>();
    JobFile job = read(file, root, variables, problems, places);
    return new Reading(Optional.of(job), problems, places);
  }

  /**
   * The job that answers requests of evaluations, as far as it could be read.
   *
   * @param file that paths are relative to
   * @param fields of the model, engine, runner and plan
   * @param variables what paths mean by {@code {{ … }}}
   */
  static JobFile ofFields(
      Path file, YamlMapping fields, JobVariables variables, List<Problem> problems) {
    YamlMapping rest =
        (YamlMapping)
            YamlReader.read(
                    file.toString(),
                    "{program: requests, input: {path: requests}, output: {path: answers}}")
                .root()
                .orElseThrow();
    return read(file, PlainYaml.merged(rest, fields), variables, problems, new HashMap<>());
  }

  /** A path as a job file means it. */
  static String path(Path file, String path) {
    return resolve(file, path);
  }

  private static String text(Path file) throws ConfigurationException {
    Optional<String> instead = JobSurroundings.current().text(file);
    if (instead.isPresent()) {
      return instead.get();
    }
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new ConfigurationException(
          file.toString(), "there is no such job file", "name an existing file");
    } catch (MalformedInputException e) {
      throw new ConfigurationException(file.toString(), "not UTF-8", "save the file as UTF-8");
    } catch (IOException e) {
      throw new ConfigurationException(
          file.toString(), "cannot be read: " + IoReason.of(e), "check that it is a readable file");
    }
  }

  private static JobFile read(
      Path file,
      YamlMapping root,
      JobVariables variables,
      List<Problem> problems,
      Map<String, String> places) {
    Map<String, Object> vars =
        new Section("", root, root.place(), new ArrayList<>()).values("vars"); // problems follow
    Section job = new Section("", root, root.place(), variables.with(vars), problems);
    var unused = job.values("vars");
    String model = job.path("model", "builtin:nano");
    String program = job.path("program", "triage.yaml");

    places.put("model", job.locationOf("model"));
    places.put("program", job.locationOf("program"));

    Section in = job.section("input");
    Input input =
        new Input(
            resolve(file, in.path("path", "rows.jsonl")),
            in.oneOrMore("id"),
            in.oneOf("idType", "", "int64", "text"),
            Optional.of(in.oneOf("format", "", "jsonl", "csv", "parquet"))
                .filter(format -> !format.isEmpty()),
            in.oneOf("badLines", "fail", "fail", "row"));
    if (input.idType().equals("int64") && input.ids().size() > 1) {
      problems.add(
          new Problem(
              in.locationOf("idType"),
              "input.idType is int64, but input.id names " + input.ids().size() + " fields",
              "leave it out: an id of several fields is text"));
    }
    if (!input.idType().isEmpty() && input.ids().isEmpty()) {
      problems.add(
          new Problem(
              in.locationOf("idType"),
              "input.idType is given, but input.id is not",
              "name the field that holds the id, or leave the type out"));
    }
    for (String field : List.of("path", "id", "idType")) {
      places.put("input." + field, in.locationOf(field));
    }
    in.reportUnknown();

    Section out = job.section("output");
    Output output =
        new Output(
            resolve(file, out.path("path", "out/table")),
            (int) out.integer("shards", WriteOptions.AUTO_SHARDS, 1, MAX_SHARDS),
            out.strings("include"),
            out.flag("overwrite", false));
    for (String field : List.of("path", "include")) {
      places.put("output." + field, out.locationOf(field));
    }
    out.itemLocations("include")
        .forEach((item, place) -> places.put("output.include: " + item, place));
    out.reportUnknown();

    long seed = job.integer("seed", 0, Long.MIN_VALUE, Long.MAX_VALUE);
    EngineOptions engine = EngineSection.read(job.section("engine"), problems, places);

    Section run = job.sectionOrName("runner");
    Runner runner =
        new Runner(
            run.oneOf(
                "name",
                EmbeddedRunner.AUTO,
                EmbeddedRunner.AUTO,
                EmbeddedRunner.DIRECT,
                EmbeddedRunner.FLINK),
            run.string("master").filter(master -> !master.isEmpty()),
            (int) run.integer("workers", 1, 1, MAX_WORKERS));
    if (runner.master().isPresent()
        && !runner.master().get().equals(FlinkCluster.AUTO)
        && !runner.master().get().matches(HOST_AND_PORT)) {
      problems.add(
          new Problem(
              run.locationOf("master"),
              "runner.master is `" + runner.master().get() + "`",
              "write host:port, such as jobmanager:8081, or auto for the cluster that `flink run`"
                  + " chose"));
    }
    if (runner.master().isPresent() && runner.isDirect()) {
      problems.add(
          new Problem(
              run.locationOf("master"),
              "runner.master is given, but runner.name is direct",
              "set runner.name to flink, or leave the master out"));
    }
    run.reportUnknown();
    if (runner.master().isPresent() && runner.isAuto()) {
      runner = new Runner(EmbeddedRunner.FLINK, runner.master(), runner.workers());
    }

    Section planning = job.section("plan");
    Plan plan =
        new Plan(
            planning.flag("grouping", true),
            (int) planning.integer("inFlight", 512, 1, MAX_IN_FLIGHT));
    planning.reportUnknown();

    double maxFailures = job.fraction("maxFailures", 0.001);
    Section refreshing = job.section("refresh");
    Refresh refresh =
        new Refresh(
            job.has("refresh"),
            refreshing.oneOf("failed", "retry", "retry", "keep"),
            refreshing.bytes("stepCacheBytes", DEFAULT_STEP_CACHE_BYTES),
            (int) refreshing.integer("stepCacheDays", 90, 0, 100_000));
    refreshing.reportUnknown();
    Checks checks =
        job.has("checks") ? Checks.read(file, job.section("checks"), problems) : Checks.NONE;
    places.put("checks", job.locationOf("checks"));
    job.reportUnknown();
    return new JobFile(
        file,
        model.startsWith("builtin:") || model.isEmpty() ? model : resolve(file, model),
        programPath(file, program),
        input,
        output,
        seed,
        engine,
        runner,
        plan,
        maxFailures,
        refresh,
        checks,
        StorageOptions.defaults());
  }

  /** A file relative to the job file, or the name of a class. */
  static String programPath(Path file, String program) {
    return program.endsWith(".yaml") || program.endsWith(".yml") ? resolve(file, program) : program;
  }

  /** Relative to the job file, unless absolute or with a scheme such as {@code s3a://}. */
  private static String resolve(Path file, String path) {
    if (path.isEmpty() || path.matches("[a-zA-Z][a-zA-Z0-9+.-]+:.*")) {
      return path;
    }
    Path parent = file.toAbsolutePath().getParent();
    return parent.resolve(path).normalize().toString();
  }
}
