package dev.espalier.jobs;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.constrain.ConstraintSyntax;
import dev.espalier.engine.open.ModelDirectory;
import dev.espalier.engine.open.ModelRunners;
import dev.espalier.io.FileProblemException;
import dev.espalier.io.read.InputCheck;
import dev.espalier.io.read.ReadOptions;
import dev.espalier.io.snapshot.Snapshots;
import dev.espalier.io.table.TableColumns;
import dev.espalier.io.table.TableState;
import dev.espalier.io.table.WriteOptions;
import dev.espalier.program.source.FieldUse;
import dev.espalier.program.source.InvalidProgramException;
import dev.espalier.program.source.ProgramCheck;
import dev.espalier.program.source.ProgramFile;
import dev.espalier.program.source.ProgramSource;
import dev.espalier.program.source.TargetModel;
import dev.espalier.row.Problem;
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
  private final boolean refreshes;

  /** Fields whose storage does not answer. */
  private final Set<String> unreached = new HashSet<>();

  private JobCheck(JobFile job, JobFile.Reading reading, boolean refreshes) {
    this.job = job;
    this.reading = reading;
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

  /** What is wrong with a job file, its program and its judge, whatever else there is or is not. */
  static List<Problem> ofFiles(JobFile.Reading reading) {
    if (reading.job().isEmpty()) {
      return reading.problems();
    }
    JobCheck check = new JobCheck(reading.job().get(), reading, false);
    check.contact("model", reading.job().get().model());
    Optional<Model> model = check.model();
    ProgramFindings program = check.program(model);
    check.problems.addAll(program.check().problems());
    check.problems.addAll(new GateCheck(check.job, check::add).judge(target(model)));
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
    JobCheck check = new JobCheck(job, reading, refreshes);
    check.contact("model", job.model());
    check.contact("output.path", job.output().path());
    Optional<Model> model = check.model();
    ProgramFindings program = check.program(model);
    ReadOptions readOptions =
        InputRows.options(job.input(), check.inputPath()).withStorage(job.storage());
    InputCheck input = check.input(readOptions);
    TableColumns columns = ColumnsCheck.of(job, input, program.source(), check::add);
    check.review(program, input).warn(err);
    if (runs) {
      check.devices();
    }
    PlaceCheck place = new PlaceCheck(job, reading, runs, check::add);
    if (!job.output().path().isEmpty() && !check.unreached.contains("output.path")) {
      place.beforeTable(input, check.problems.isEmpty());
    }
    check.refresh();
    GateCheck gates = new GateCheck(job, check::add);
    check.problems.addAll(gates.judge(target(model)));
    gates.shares(columns);
    check.failIfAnyProblem();
    WriteOptions output =
        place.output(
            model.orElseThrow().hash(), program.source().orElseThrow(), input, readOptions, rows);
    Optional<String> current = place.current(rows);
    boolean snapshots = refreshes || current.isPresent();
    WriteOptions table =
        snapshots
            ? output.withOverwrite(true).in(current.orElse(output.path()), Optional.empty())
            : output;
    InputComparison inputs =
        new InputComparison(readOptions, input.files(), table, readsInput, refreshes, runs);
    TableState state =
        current.isPresent() && !place.isWhole(current.get())
            ? TableState.NEW // what is left of it is nobody else's
            : place.state(table, inputs, snapshots);
    if (snapshots) {
      place.foreign(output);
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

  private void refresh() {
    if (refreshes && job.input().ids().isEmpty()) {
      add(
          "input.id",
          "input.id is missing, and without it no row can be found again",
          "name the field, or fields, that identify a row");
    }
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

  /** Of a table with snapshots the current one, also if another becomes current meanwhile. */
  private String inputPath() {
    String path = job.input().path();
    contact("input.path", path);
    if (path.isEmpty() || unreached.contains("input.path")) {
      return path;
    }
    try {
      return Snapshots.inputToRead(path, job.storage());
    } catch (IOException e) {
      add("input.path", FileProblemException.unreadable(path, e));
      unreached.add("input.path");
      return path;
    }
  }

  private InputCheck input(ReadOptions options) {
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
