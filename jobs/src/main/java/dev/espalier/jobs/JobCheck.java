package dev.espalier.jobs;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.constrain.ConstraintSyntax;
import dev.espalier.engine.open.ModelDirectory;
import dev.espalier.engine.open.ModelRunners;
import dev.espalier.io.FileProblemException;
import dev.espalier.io.IoReason;
import dev.espalier.io.read.InputCheck;
import dev.espalier.io.read.ReadOptions;
import dev.espalier.io.snapshot.Snapshots;
import dev.espalier.io.table.Manifest;
import dev.espalier.io.table.OutputCheck;
import dev.espalier.io.table.TableColumns;
import dev.espalier.io.table.TableState;
import dev.espalier.io.table.WriteOptions;
import dev.espalier.program.source.FieldUse;
import dev.espalier.program.source.InvalidProgramException;
import dev.espalier.program.source.ProgramCheck;
import dev.espalier.program.source.ProgramFile;
import dev.espalier.program.source.ProgramSource;
import dev.espalier.program.source.TargetModel;
import dev.espalier.row.Column;
import dev.espalier.row.Problem;
import dev.espalier.yaml.NearestName;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Looks at everything a job names, before any work, and reports all problems together. */
final class JobCheck {
  private final JobFile job;
  private final JobFile.Reading reading;
  private final List<Problem> problems;
  private final boolean runs;
  private final boolean refreshes;

  /** Fields whose storage does not answer. */
  private final Set<String> unreached = new HashSet<>();

  private JobCheck(JobFile job, JobFile.Reading reading, boolean runs, boolean refreshes) {
    this.job = job;
    this.reading = reading;
    this.runs = runs;
    this.refreshes = refreshes;
    this.problems = new ArrayList<>(reading.problems());
  }

  /**
   * @param reading of the job file; its problems are reported with what is found here
   * @param err gets warnings
   * @throws ConfigurationException with everything that is wrong
   */
  static PreparedJob prepare(JobFile.Reading reading, PrintWriter err)
      throws ConfigurationException {
    return check(reading, new RowSelection.All(), true, false, false, err);
  }

  /**
   * The same for some rows of the input.
   *
   * @param readsInput whether the input is read to compare it, even if its files look unchanged
   */
  static PreparedJob prepare(
      JobFile.Reading reading, RowSelection rows, boolean readsInput, PrintWriter err)
      throws ConfigurationException {
    return check(reading, rows, true, false, readsInput, err);
  }

  /** The same for a job that brings its table up to date. */
  static PreparedJob prepareRefresh(JobFile.Reading reading, boolean readsInput, PrintWriter err)
      throws ConfigurationException {
    return check(reading, new RowSelection.All(), true, true, readsInput, err);
  }

  /** The same for a job that is not going to run here: needs no device, and writes no byte. */
  static PreparedJob look(JobFile.Reading reading, RowSelection rows, PrintWriter err)
      throws ConfigurationException {
    return check(reading, rows, false, false, false, err);
  }

  /** The same for a job that would bring its table up to date. */
  static PreparedJob lookAtRefresh(JobFile.Reading reading, PrintWriter err)
      throws ConfigurationException {
    return check(reading, new RowSelection.All(), false, true, false, err);
  }

  /** What is wrong with a job file and its program, whatever else there is or is not. */
  static List<Problem> ofFiles(JobFile.Reading reading) {
    if (reading.job().isEmpty()) {
      return reading.problems();
    }
    JobCheck check = new JobCheck(reading.job().get(), reading, false, false);
    check.contact("model", reading.job().get().model());
    ProgramFindings program = check.program(check.model());
    check.problems.addAll(program.check().problems());
    return check.problems;
  }

  private static PreparedJob check(
      JobFile.Reading reading,
      RowSelection rows,
      boolean runs,
      boolean refreshes,
      boolean readsInput,
      PrintWriter err)
      throws ConfigurationException {
    if (reading.job().isEmpty()) {
      throw new ConfigurationException(reading.problems());
    }
    JobFile job = reading.job().get();
    JobCheck check = new JobCheck(job, reading, runs, refreshes);
    check.contact("model", job.model());
    check.contact("output.path", job.output().path());
    Optional<Model> model = check.model();
    ProgramFindings program = check.program(model);
    ReadOptions readOptions = InputRows.options(job.input()).withStorage(job.storage());
    InputCheck input = check.input(readOptions);
    TableColumns columns = ColumnsCheck.of(job, input, program.source(), check::add);
    check.review(program, input).warn(err);
    if (runs) {
      check.devices();
    }
    check.place(input);
    check.refresh(model);
    check.shares(columns);
    check.failIfAnyProblem();
    WriteOptions output =
        check.place(model.orElseThrow(), program.source().orElseThrow(), input, readOptions, rows);
    Optional<String> current = check.current(rows);
    boolean snapshots = refreshes || current.isPresent();
    WriteOptions table =
        snapshots
            ? output.withOverwrite(true).in(current.orElse(output.path()), Optional.empty())
            : output;
    InputComparison inputs =
        new InputComparison(readOptions, input.files(), table, readsInput, runs);
    TableState state =
        current.isPresent() && !check.isWhole(current.get())
            ? TableState.NEW // what is left of it is nobody else's
            : check.state(table, inputs, snapshots);
    if (snapshots) {
      check.foreign(output);
    }
    check.failIfAnyProblem();
    return new PreparedJob(
        job.withRunner(EmbeddedRunner.of(input.files())),
        model.orElseThrow().hash(),
        model.orElseThrow().text().family(),
        new RowWork.OfProgram(program.source().orElseThrow()),
        readOptions,
        rows,
        output,
        columns,
        state,
        inputs,
        refreshes
            ? PreparedJob.Way.REFRESH
            : snapshots ? PreparedJob.Way.SNAPSHOT : PreparedJob.Way.TABLE);
  }

  private void refresh(Optional<Model> model) {
    if (job.checks().judge().isPresent()) {
      try {
        TargetModel target = target(model);
        ProgramSource judge = programOf(job.checks().judge().get().program(), Optional.of(target));
        List<Problem> found = judge.check(target).problems();
        problems.addAll(found);
        if (found.isEmpty()) {
          judge.load().columns().ifPresent(this::judged);
        }
      } catch (InvalidProgramException e) {
        problems.addAll(e.problems());
      }
    }
    if (refreshes && job.input().ids().isEmpty()) {
      add(
          "input.id",
          "input.id is missing, and without it no row can be found again",
          "name the field, or fields, that identify a row");
    }
    if (job.checks().judge().isPresent() && job.runner().master().isPresent()) {
      add(
          "checks",
          "checks.judge is given with runner.master, and the judge runs in this process alone",
          "leave one of them out");
    }
  }

  private void judged(List<Column> given) {
    String column = job.checks().judge().orElseThrow().column();
    List<String> names = given.stream().map(Column::name).toList();
    if (!names.contains(column)) {
      add(
          "checks",
          "checks.judge.column is `" + column + "`, and the judge gives no such value",
          "there are: " + String.join(", ", names) + NearestName.hint("; ", column, names));
    }
  }

  private void shares(TableColumns columns) {
    List<String> names = new ArrayList<>(job.output().include());
    columns.generated().forEach(column -> names.add(column.name()));
    for (Checks.Share share : job.checks().shares()) {
      String column = share.column();
      if (columns.complete() && !names.contains(column) && !Column.RESERVED.contains(column)) {
        add(
            "checks",
            "checks.shares names `" + column + "`, which is no column of the table",
            "there are: " + String.join(", ", names) + NearestName.hint("; ", column, names));
      }
    }
  }

  /** The current snapshot of the job's table, if it has snapshots. */
  private Optional<String> current(RowSelection rows) throws ConfigurationException {
    if (rows.suffix().isPresent()) {
      return Optional.empty(); // the table of a trial has none
    }
    String home = job.output().path();
    try {
      String current = Snapshots.pathToRead(home, job.storage());
      return current.equals(home) ? Optional.empty() : Optional.of(current);
    } catch (FileProblemException e) {
      throw new ConfigurationException(reading.place("output.path"), e.problem(), e.remedy());
    } catch (IOException e) {
      throw new ConfigurationException(
          reading.place("output.path"),
          home + ": cannot be read: " + IoReason.of(e),
          "check the path and its file system");
    }
  }

  private boolean isWhole(String table) {
    try {
      return OutputCheck.isWhole(table, job.storage());
    } catch (FileProblemException e) {
      add("output.path", e);
    } catch (IOException e) {
      add("output.path", FileProblemException.unreadable(table, e));
    }
    return false;
  }

  /** Files that belong to no table are refused; of whatever job a table is, it can be replaced. */
  private void foreign(WriteOptions output) {
    WriteOptions place = output.withOverwrite(true);
    try {
      var unused =
          runs
              ? OutputCheck.of(place, manifest -> false)
              : OutputCheck.look(place, manifest -> false);
    } catch (FileProblemException e) {
      add("output.path", e);
    }
  }

  private WriteOptions output(String fingerprint) {
    return WriteOptions.of(job.output().path(), fingerprint, job.output().shards())
        .withOverwrite(job.output().overwrite())
        .withStorage(job.storage());
  }

  private record Model(String hash, TextSide text) {}

  private Optional<Model> model() {
    if (job.model().isEmpty() || unreached.contains("model")) {
      return Optional.empty(); // said already
    }
    try {
      ModelDirectory directory = ModelCache.ofUser(job.storage()).resolve(job.model());
      String hash = directory.hashed(UserCache.fileHashes()).hash();
      return Optional.of(new Model(hash, TextSide.load(hash, directory.path())));
    } catch (EngineException e) {
      problems.add(new Problem(reading.place("model"), e.getMessage(), ""));
      return Optional.empty();
    }
  }

  /**
   * What was found in a program, against the model if that could be opened.
   *
   * @param source empty if the program cannot run
   * @param rowFields that it reads, as far as it could be read
   */
  private record ProgramFindings(
      Optional<ProgramSource> source, ProgramCheck check, List<FieldUse> rowFields) {}

  private static TargetModel target(Optional<Model> model) {
    return model
        .map(known -> known.text().target())
        .orElseGet(() -> TargetModel.unknown(new ConstraintSyntax()));
  }

  private ProgramFindings program(Optional<Model> model) {
    ProgramCheck nothing = new ProgramCheck(List.of(), List.of());
    if (job.program().isEmpty()) {
      return new ProgramFindings(Optional.empty(), nothing, List.of()); // said already
    }
    TargetModel target = target(model);
    try {
      ProgramSource source = programOf(job.program(), Optional.of(target));
      return new ProgramFindings(Optional.of(source), source.check(target), source.rowFields());
    } catch (InvalidProgramException e) {
      return new ProgramFindings(
          Optional.empty(),
          new ProgramCheck(e.problems().stream().map(this::placed).toList(), e.warnings()),
          e.rowFields());
    }
  }

  /**
   * A program that can be loaded.
   *
   * @param program a file, or the name of a class
   * @throws InvalidProgramException with all that is wrong with it
   */
  static ProgramSource programOf(String program, Optional<TargetModel> target) {
    boolean isFile = program.endsWith(".yaml") || program.endsWith(".yml");
    ProgramSource source =
        isFile ? ProgramFile.read(Path.of(program), target) : ProgramSource.ofClass(program);
    var unused = source.load();
    return source;
  }

  /** What is wrong with a program as a whole stands where the job file names it. */
  private Problem placed(Problem problem) {
    boolean isWhole =
        problem.location().equals(job.program())
            || problem.location().equals("class " + job.program());
    return isWhole
        ? new Problem(
            reading.place("program"),
            problem.location() + ": " + problem.message(),
            problem.remedy())
        : problem;
  }

  /** Asks the storage of a path, so that one that does not answer is known in seconds. */
  private void contact(String field, String path) {
    try {
      job.storage().contact(path);
    } catch (FileProblemException e) {
      add(field, e);
      unreached.add(field);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ProgramReview review(ProgramFindings program, InputCheck input) {
    ProgramReview review = ProgramReview.of(program.check(), program.rowFields(), input);
    problems.addAll(review.problems());
    return review;
  }

  private InputCheck input(ReadOptions options) {
    contact("input.path", job.input().path());
    if (job.input().path().isEmpty() || unreached.contains("input.path")) {
      return new InputCheck(
          List.of(), List.of(), OptionalLong.empty(), List.of(), false, Map.of(), List.of());
    }
    InputCheck input = InputCheck.of(options);
    input.problems().forEach(problem -> add("input.path", problem));
    return input;
  }

  /** Of this machine; on a cluster they are in others. */
  private void devices() {
    if (job.runner().master().isPresent()) {
      return;
    }
    try {
      ModelRunners.requireDevices(job.engine());
    } catch (EngineException e) {
      add(
          "engine.device",
          e.getMessage(),
          "name a device of this machine: cpu, cuda:0, [cuda:0, cuda:1] or cuda:*");
    }
    long heap = Runtime.getRuntime().maxMemory();
    if (job.engine().device().isCpu() && job.engine().kvCacheBytes() > heap) {
      add(
          "engine.kvCacheBytes",
          "engine.kvCacheBytes is "
              + job.engine().kvCacheBytes()
              + ", and this process may use "
              + heap
              + " bytes in all",
          "lower it, leave it out, or give more: ESPALIER_JAVA_OPTS=-Xmx…");
    }
  }

  /** What can be known of the table's place before it is known what its table would be. */
  private void place(InputCheck input) {
    if (job.output().path().isEmpty() || unreached.contains("output.path")) {
      return;
    }
    Overlap.of(job.output().path(), job.input().path(), input.files(), job.model())
        .ifPresent(message -> add("output.path", message, "choose a directory of its own"));
    if (!problems.isEmpty()) {
      // The right to write there; whose table it is depends on what could not be read.
      try {
        if (runs) {
          OutputCheck.writable(output("unknown"));
        }
      } catch (FileProblemException e) {
        add("output.path", e);
      }
    }
  }

  /**
   * The table's place, whose table may have been written by a version that read the input first.
   */
  private WriteOptions place(
      Model model, ProgramSource program, InputCheck input, ReadOptions options, RowSelection rows)
      throws ConfigurationException {
    WriteOptions output = output(fingerprint(model, program, ""));
    if (job.output().shards() == WriteOptions.AUTO_SHARDS) {
      // There was one shard unless more were asked for.
      output = output.withFormerFingerprint(fingerprint(model, program, "", 1));
    }
    try {
      if (!rows.identity().isEmpty()) {
        // Its manifest cannot tell of an input that was not read whole.
        String contents = Fingerprint.ofContents(input, options.storage());
        return output(fingerprint(model, program, contents + String.join(" ", rows.identity())));
      }
      Optional<Manifest> table = manifest(output);
      if (table.isEmpty() || !table.get().fingerprintTellsInput()) {
        return output;
      }
      String contents = Fingerprint.ofContents(input, options.storage());
      return output.withFormerFingerprint(
          fingerprint(model, program, contents, Math.max(1, job.output().shards())));
    } catch (IOException e) {
      throw new ConfigurationException(
          reading.place("input.path"),
          "cannot be compared with the table in " + output.path() + ": " + IoReason.of(e),
          "check the paths and their file systems");
    }
  }

  /** Empty too where none can be read: the check of the place says why. */
  private static Optional<Manifest> manifest(WriteOptions output) {
    try {
      return Manifest.read(output.path(), output.storage());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * @param contents of the input; empty where a manifest tells of it
   */
  private String fingerprint(Model model, ProgramSource program, String contents) {
    return fingerprint(model, program, contents, job.output().shards());
  }

  private String fingerprint(Model model, ProgramSource program, String contents, int shards) {
    return Fingerprint.ofTable(job, model.hash(), program.hash(), contents, shards);
  }

  /**
   * @param looks whether nothing is going to be written there
   */
  private TableState state(WriteOptions output, InputComparison inputs, boolean looks) {
    try {
      return runs && !looks ? OutputCheck.of(output, inputs) : OutputCheck.look(output, inputs);
    } catch (FileProblemException e) {
      add("output.path", e);
    }
    return TableState.NEW;
  }

  private void add(String field, FileProblemException problem) {
    add(field, problem.problem(), problem.remedy());
  }

  private void add(String field, String message, String remedy) {
    problems.add(new Problem(reading.place(field), message, remedy));
  }

  private void failIfAnyProblem() throws ConfigurationException {
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }
}
