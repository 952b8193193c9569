package dev.espalier.jobs;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ModelDirectory;
import dev.espalier.io.FileProblemException;
import dev.espalier.io.read.InputCheck;
import dev.espalier.io.read.ReadOptions;
import dev.espalier.io.table.OutputCheck;
import dev.espalier.io.table.TableColumns;
import dev.espalier.io.table.TableState;
import dev.espalier.io.table.WriteOptions;
import dev.espalier.program.source.InvalidProgramException;
import dev.espalier.program.source.ProgramFile;
import dev.espalier.program.source.ProgramSource;
import dev.espalier.row.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks at everything a job names, before any work, and reports all problems together. */
final class JobCheck {
  private final JobFile job;
  private final List<Problem> problems = new ArrayList<>();

  private JobCheck(JobFile job) {
    this.job = job;
  }

  /**
   * @throws ConfigurationException with everything that is wrong
   */
  static PreparedJob prepare(JobFile job) throws ConfigurationException {
    JobCheck check = new JobCheck(job);
    Optional<Model> model = check.model();
    Optional<ProgramSource> program = check.program();
    ReadOptions readOptions = InputRows.options(job.input());
    InputCheck input = InputCheck.of(readOptions);
    input.problems().forEach(problem -> check.add("input", problem));
    TableColumns columns =
        ColumnsCheck.of(
            job,
            input,
            program,
            (message, remedy) ->
                check.problems.add(new Problem("output.include", message, remedy)));
    Optional<ProgramReview> review = check.review(model, program, input);
    check.failIfAnyProblem();
    review.ifPresent(done -> done.warn(System.err));
    WriteOptions output =
        WriteOptions.of(
                job.output().path(),
                check.fingerprint(model.orElseThrow(), program.orElseThrow(), input, readOptions),
                job.output().shards())
            .withOverwrite(job.output().overwrite());
    TableState state = check.state(output);
    check.failIfAnyProblem();
    return new PreparedJob(
        job,
        model.orElseThrow().hash(),
        model.orElseThrow().text().family(),
        program.orElseThrow(),
        readOptions,
        output,
        columns,
        state);
  }

  private record Model(String hash, TextSide text) {}

  private Optional<Model> model() {
    try {
      ModelDirectory directory = ModelDirectory.resolve(job.model());
      TextSide text = TextSide.load(directory.path());
      return Optional.of(new Model(directory.hash(), text));
    } catch (EngineException e) {
      problems.add(new Problem("model " + job.model(), e.getMessage(), ""));
      return Optional.empty();
    }
  }

  private Optional<ProgramSource> program() {
    try {
      boolean isFile = job.program().endsWith(".yaml") || job.program().endsWith(".yml");
      ProgramSource source =
          isFile ? ProgramFile.read(Path.of(job.program())) : ProgramSource.ofClass(job.program());
      source.load();
      return Optional.of(source);
    } catch (InvalidProgramException e) {
      e.problems().forEach(p -> problems.add(new Problem(p.location(), p.message(), p.remedy())));
      return Optional.empty();
    }
  }

  private Optional<ProgramReview> review(
      Optional<Model> model, Optional<ProgramSource> program, InputCheck input) {
    if (model.isEmpty() || program.isEmpty()) {
      return Optional.empty();
    }
    ProgramReview review = ProgramReview.of(program.get(), model.get().text().constraints(), input);
    problems.addAll(review.problems());
    return Optional.of(review);
  }

  private String fingerprint(
      Model model, ProgramSource program, InputCheck input, ReadOptions options)
      throws ConfigurationException {
    try {
      return Fingerprint.of(
          "table",
          model.hash(),
          program.hash(),
          Long.toString(job.seed()),
          Fingerprint.arithmetic(job.engine()),
          Fingerprint.of(input, options.storage()),
          job.input().id().orElse(""),
          job.input().idType(),
          job.input().badLines(),
          String.join("\n", job.output().include()),
          Integer.toString(job.output().shards()));
    } catch (IOException e) {
      throw new ConfigurationException(
          "input", "cannot be read: " + e, "check the path and its file system");
    }
  }

  private TableState state(WriteOptions output) {
    try {
      return OutputCheck.of(output);
    } catch (FileProblemException e) {
      add("output", e);
    }
    return TableState.NEW;
  }

  private void add(String location, FileProblemException problem) {
    problems.add(new Problem(location, problem.problem(), problem.remedy()));
  }

  private void failIfAnyProblem() throws ConfigurationException {
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }
}
