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

/** Reads job files, with all that is wrong in them. */
public final class JobFileReader {
  // Far above what is of use, and far below what a machine has room for: each of them is a price in
  // memory or threads.
  private static final int MAX_SHARDS = 100_000;
  private static final int MAX_IN_FLIGHT = 16_384;
  private static final int MAX_WORKERS = 1024;

  private static final long DEFAULT_STEP_CACHE_BYTES = 4L << 30;

  /** How an address of Flink is written. */
  static final String HOST_AND_PORT = "[^:/\\s]+:\\d{1,5}";

  private JobFileReader() {}

  /**
   * Reads a job file and the overrides of the command line.
   *
   * @param overrides of the form {@code a.b=value}
   * @throws ConfigurationException with everything that is wrong
   */
  public static JobFile read(Path file, List<String> overrides) throws ConfigurationException {
    JobFile.Reading reading = reading(file, overrides);
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
  static JobFile.Reading reading(Path file, List<String> overrides) throws ConfigurationException {
    return reading(file, overrides, JobVariables.now());
  }

  /**
   * The same at a logical time.
   *
   * @param variables what paths mean by {@code {{ … }}}, without the job's own {@code vars}
   * @throws ConfigurationException if the file cannot be read
   */
  static JobFile.Reading reading(Path file, List<String> overrides, JobVariables variables)
      throws ConfigurationException {
    List<Problem> problems = new ArrayList<>();
    YamlDocument document = YamlReader.read(file.toString(), text(file));
    document
        .problems()
        .forEach(p -> problems.add(new Problem(p.place().toString(), p.message(), p.remedy())));
    if (document.root().isEmpty()) {
      return new JobFile.Reading(Optional.empty(), problems, Map.of());
    }
    if (!(document.root().get() instanceof YamlMapping root)) {
      problems.add(
          new Problem(
              document.root().get().place().toString(),
              "the file holds no mapping",
              "write fields such as `model: …`"));
      return new JobFile.Reading(Optional.empty(), problems, Map.of());
    }
    for (String setting : overrides) {
      Optional<SettingOverride> override = SettingOverride.read(setting, problems);
      root = override.isPresent() ? override.get().in(root) : root;
    }
    Map<String, String> places = new HashMap<>();
    JobFile job = read(file, root, variables, problems, places);
    return new JobFile.Reading(Optional.of(job), problems, places);
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
    JobFile.Input input =
        new JobFile.Input(
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
    JobFile.Output output =
        new JobFile.Output(
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
    JobFile.Runner runner =
        new JobFile.Runner(
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
      runner = new JobFile.Runner(EmbeddedRunner.FLINK, runner.master(), runner.workers());
    }

    Section planning = job.section("plan");
    JobFile.Plan plan =
        new JobFile.Plan(
            planning.flag("grouping", true),
            (int) planning.integer("inFlight", 512, 1, MAX_IN_FLIGHT));
    planning.reportUnknown();

    double maxFailures = job.fraction("maxFailures", 0.001);
    Section refreshing = job.section("refresh");
    JobFile.Refresh refresh =
        new JobFile.Refresh(
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
