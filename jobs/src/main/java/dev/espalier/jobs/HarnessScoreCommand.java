package dev.espalier.jobs;

import dev.espalier.eval.Response;
import dev.espalier.eval.TaskDocument;
import dev.espalier.eval.harness.ResultsFile;
import dev.espalier.eval.harness.SampleLines;
import dev.espalier.eval.harness.SampleReader;
import dev.espalier.eval.metric.GroupScore;
import dev.espalier.eval.metric.GroupScorer;
import dev.espalier.eval.metric.ScoringException;
import dev.espalier.eval.metric.TaskScore;
import dev.espalier.eval.metric.TaskScorer;
import dev.espalier.eval.task.PreparedTask;
import dev.espalier.eval.task.Task;
import dev.espalier.eval.task.TaskSelection;
import dev.espalier.row.Problem;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code espalier harness score}. */
@Command(
    name = "score",
    description =
        "Scores the responses of samples files of lm-evaluation-harness, or answered requests, and"
            + " writes results and samples as the harness does.",
    mixinStandardHelpOptions = true)
final class HarnessScoreCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private HarnessTasks tasks = new HarnessTasks();

  @Option(
      names = "--samples",
      paramLabel = "DIR",
      description = "A folder with samples_TASK_DATE.jsonl of the harness, at any depth.")
  private Path samples;

  @Option(
      names = "--answers",
      paramLabel = "FILE",
      description = "The lines of `espalier harness requests`, each with its resps.")
  private Path answers;

  @Option(
      names = "--bootstrap",
      paramLabel = "N",
      description = "Replicates for standard errors that need them; 100000 unless given.")
  private int iterations = TaskScorer.BOOTSTRAP_ITERATIONS;

  @Option(
      names = "--name",
      paramLabel = "MODEL",
      description = "What results call the model; `answers` unless given.")
  private String name = "answers";

  @Option(
      names = "--date",
      paramLabel = "DATE",
      description = "Stands in the files' names; 0 unless given.")
  private String date = "0";

  @Option(names = "--output", paramLabel = "DIR", required = true, description = "For the files.")
  private Path output;

  @Override
  public Integer call() throws Exception {
    if ((samples == null) == (answers == null)) {
      throw new ConfigurationException(
          "espalier harness score",
          "either --samples or --answers is needed",
          "name the folder of the harness's samples, or the file of answers");
    }
    TaskSelection selection = tasks.selection();
    Map<Task, TaskScorer> scorers = scorers(selection);
    Path folder = output.resolve(ResultsFile.sanitized(name));
    Files.createDirectories(folder);
    List<ResultsFile.TaskEntry> entries = new ArrayList<>();
    Map<String, TaskScore> scores = new LinkedHashMap<>();
    for (Task task : selection.tasks()) {
      PreparedTask prepared = tasks.prepare(task);
      TaskScore score = score(task, scorers.get(task), prepared);
      scores.put(task.name(), score);
      Map<String, Object> fields = new LinkedHashMap<>(task.fields());
      fields.put("num_fewshot", (long) prepared.shots());
      entries.add(new ResultsFile.TaskEntry(score, fields, prepared.shots(), prepared.size()));
      write(folder.resolve("samples_" + task.name() + "_" + date + ".jsonl"), score);
    }
    List<GroupScore> groups = GroupScorer.score(selection.groups(), scores);
    groups.forEach(group -> group.warnings().forEach(spec.commandLine().getErr()::println));
    Path file = folder.resolve("results_" + date + ".json");
    Files.writeString(file, ResultsFile.of(entries, groups, run()));
    spec.commandLine().getOut().println("results: " + file);
    return Espalier.DONE;
  }

  private static Map<Task, TaskScorer> scorers(TaskSelection selection)
      throws ConfigurationException {
    Map<Task, TaskScorer> scorers = new LinkedHashMap<>();
    List<Problem> problems = new ArrayList<>();
    for (Task task : selection.tasks()) {
      try {
        scorers.put(task, TaskScorer.of(task.scoring(), task.functions()));
      } catch (IllegalArgumentException e) {
        problems.add(new Problem(task.file(), e.getMessage(), "change the task, or leave it out"));
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return scorers;
  }

  private ResultsFile.Run run() {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("model", name);
    config.put("bootstrap_iters", (long) iterations);
    return new ResultsFile.Run(config, Map.of(), "answers", name, null, null, null, "0");
  }

  private TaskScore score(Task task, TaskScorer scorer, PreparedTask prepared)
      throws IOException, ConfigurationException {
    Path file = answers == null ? samplesOf(task.name()) : answers;
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      Map<Integer, List<List<Response>>> given = read(lines, file, task);
      List<List<List<Response>>> responses = new ArrayList<>();
      for (TaskDocument document : prepared.documents()) {
        List<List<Response>> each = given.get(document.id());
        if (each == null || each.size() != document.requests().size()) {
          throw new ConfigurationException(
              file.toString(),
              each == null
                  ? "document " + document.id() + " of " + task.name() + " has no responses"
                  : String.format(
                      "document %d of %s has responses to %d of %d requests",
                      document.id(), task.name(), each.size(), document.requests().size()),
              "check the task's options (--shots, --limit, --chat), or answer all requests");
        }
        responses.add(each);
      }
      return scorer.score(prepared.documents(), responses, iterations);
    } catch (IllegalArgumentException | ScoringException e) {
      throw new ConfigurationException(file.toString(), e.getMessage(), "check the file");
    }
  }

  private Map<Integer, List<List<Response>>> read(BufferedReader lines, Path file, Task task)
      throws IOException {
    if (answers != null) {
      return SampleReader.answers(lines, file.toString(), task.name(), task.scoring().outputType());
    }
    Map<Integer, List<List<Response>>> responses = new LinkedHashMap<>();
    SampleReader.samples(lines, file.toString(), task.scoring().outputType())
        .forEach((id, answered) -> responses.put(id, answered.responses()));
    return responses;
  }

  private Path samplesOf(String task) throws IOException, ConfigurationException {
    String start = "samples_" + task + "_";
    try (Stream<Path> files = Files.walk(samples)) {
      return files
          .filter(
              file -> {
                String each = file.getFileName().toString();
                return each.startsWith(start)
                    && each.endsWith(".jsonl")
                    && Character.isDigit(each.charAt(start.length()));
              })
          .max(Path::compareTo)
          .orElseThrow(
              () ->
                  new ConfigurationException(
                      samples.toString(),
                      "there is no " + start + "DATE.jsonl",
                      "run the harness with --log_samples, or leave the task out"));
    }
  }

  private static void write(Path file, TaskScore score) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (var sample : score.samples()) {
        out.write(SampleLines.of(sample));
        out.write('\n');
      }
    }
  }
}
