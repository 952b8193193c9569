package dev.espalier.eval.harness;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.engine.text.ChatTemplate;
import dev.espalier.eval.Response;
import dev.espalier.eval.Sample;
import dev.espalier.eval.TaskDocument;
import dev.espalier.eval.metric.GroupScore;
import dev.espalier.eval.metric.GroupScorer;
import dev.espalier.eval.metric.TaskScore;
import dev.espalier.eval.metric.TaskScorer;
import dev.espalier.eval.task.DataMapping;
import dev.espalier.eval.task.PreparedTask;
import dev.espalier.eval.task.PromptOptions;
import dev.espalier.eval.task.Task;
import dev.espalier.eval.task.TaskException;
import dev.espalier.eval.task.TaskLibrary;
import dev.espalier.eval.task.TaskSelection;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Scores the responses of samples files that the harness wrote, for the oracle's check (a): {@code
 * OracleMain PLAN.json} reads the plan that {@code infra/oracle/oracle.py} makes, and writes results
 * and samples of each run below the plan's {@code rescored}.
 */
public final class OracleMain {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonNode plan;
  private final DataMapping data;
  private final TaskLibrary library;

  private OracleMain(JsonNode plan) throws TaskException {
    this.plan = plan;
    Map<String, Object> mapping = new LinkedHashMap<>();
    plan.path("mapping").properties().forEach(e -> mapping.put(e.getKey(), e.getValue().asText()));
    this.data = DataMapping.of(mapping, "plan");
    this.library = TaskLibrary.open(List.of(plan.path("tasks").asText()));
  }

  public static void main(String[] args) throws IOException, TaskException {
    OracleMain oracle = new OracleMain(JSON.readTree(Files.readString(Path.of(args[0]))));
    for (JsonNode run : oracle.plan.path("runs")) {
      oracle.rescore(run);
    }
  }

  private void rescore(JsonNode run) throws IOException, TaskException {
    String name = run.path("name").asText();
    Path out = Path.of(plan.path("rescored").asText(), name);
    Files.createDirectories(out);
    List<String> names = new ArrayList<>();
    run.path("tasks").forEach(task -> names.add(task.asText()));
    TaskSelection selection = library.find(names);
    List<ResultsFile.TaskEntry> entries = new ArrayList<>();
    Map<String, TaskScore> scores = new LinkedHashMap<>();
    for (Task task : selection.tasks()) {
      try {
        PreparedTask prepared = task.prepare(options(run), data);
        TaskScore score = score(task, prepared, samples(name, task.name()));
        scores.put(task.name(), score);
        Map<String, Object> fields = new LinkedHashMap<>(task.fields());
        fields.put("num_fewshot", (long) prepared.shots());
        entries.add(new ResultsFile.TaskEntry(score, fields, prepared.shots(), prepared.size()));
        write(out.resolve("samples_" + task.name() + "_0.jsonl"), score.samples());
      } catch (RuntimeException | TaskException e) {
        System.err.println(name + " " + task.name() + ": " + e);
      }
    }
    List<GroupScore> groups = GroupScorer.score(selection.groups(), scores);
    ResultsFile.Run facts =
        new ResultsFile.Run(Map.of(), Map.of(), "hf", "nano", null, null, null, "0");
    Files.writeString(out.resolve("results_0.json"), ResultsFile.of(entries, groups, facts));
  }

  private PromptOptions options(JsonNode run) {
    PromptOptions options = PromptOptions.DEFAULT;
    if (run.hasNonNull("shots")) {
      options = options.withShots(run.path("shots").intValue());
    }
    if (run.hasNonNull("limit")) {
      options = options.withLimit(run.path("limit").doubleValue());
    }
    if (run.path("chat").asBoolean()) {
      ChatTemplate template =
          ChatTemplate.load(Path.of(plan.path("model").asText())).orElseThrow();
      options =
          options
              .withChatTemplate(template, Map.of())
              .withMultiturn(run.path("multiturn").asBoolean(true));
    }
    if (run.hasNonNull("system_instruction")) {
      options = options.withSystemInstruction(run.path("system_instruction").asText());
    }
    if (run.hasNonNull("gen_kwargs")) {
      Map<String, Object> arguments = new LinkedHashMap<>();
      run.path("gen_kwargs")
          .properties()
          .forEach(e -> arguments.put(e.getKey(), e.getValue().longValue()));
      options = options.withGeneration(arguments);
    }
    return options;
  }

  private Path samples(String run, String task) throws IOException {
    Path folder = Path.of(plan.path("results").asText(), run);
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("samples_" + task + "_2"))
          .findFirst()
          .orElseThrow(() -> new IOException("no samples of " + task + " in " + folder));
    }
  }

  private TaskScore score(Task task, PreparedTask prepared, Path file) throws IOException {
    Map<Integer, SampleReader.Answered> answered;
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      answered = SampleReader.samples(lines, file.toString(), task.scoring().outputType());
    }
    List<List<List<Response>>> responses = new ArrayList<>();
    for (TaskDocument document : prepared.documents()) {
      responses.add(answered.get(document.id()).responses());
    }
    return TaskScorer.of(task.scoring(), task.functions())
        .score(prepared.documents(), responses, plan.path("bootstrap").intValue());
  }

  private static void write(Path file, List<Sample> samples) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (Sample sample : samples) {
        out.write(SampleLines.of(sample));
        out.write('\n');
      }
    }
  }
}
