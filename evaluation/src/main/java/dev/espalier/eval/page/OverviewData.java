package dev.espalier.eval.page;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.espalier.eval.CellResult;
import dev.espalier.eval.MetricScore;
import dev.espalier.eval.TaskGroup;
import dev.espalier.eval.compare.ComparedGroup;
import dev.espalier.eval.compare.ComparedTask;
import dev.espalier.eval.compare.Comparison;
import dev.espalier.eval.compare.ComparisonOptions;
import dev.espalier.eval.compare.MetricKey;
import dev.espalier.eval.compare.Outcome;
import dev.espalier.eval.compare.Side;
import dev.espalier.eval.compare.SweepComparer;
import dev.espalier.eval.compare.TasksOfGroups;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All figures of the page but single documents: scores, comparisons of each two models, and costs.
 * Models, tasks, settings and metrics stand by their numbers.
 */
final class OverviewData {
  private final ReportContent content;
  private final ComparisonOptions options;
  private final SweepComparer comparer;
  private final TasksOfGroups groups;
  private final JsonGenerator json;

  OverviewData(ReportContent content, ComparisonOptions options, JsonGenerator json) {
    this.content = content;
    this.options = options;
    this.comparer = new SweepComparer(options);
    this.groups = new TasksOfGroups(content.sweep().groups());
    this.json = json;
  }

  void write() throws IOException {
    json.writeStartObject();
    json.writeStringField("name", content.sweep().name());
    json.writeNumberField("confidence", options.confidence());
    json.writeNumberField("power", options.power());
    texts("seeds", content.settings().seeds());
    texts("models", content.models());
    axes();
    tasks();
    groups();
    json.writeArrayFieldStart("metrics");
    for (MetricKey metric : content.metrics()) {
      json.writeString(metric.toString());
    }
    json.writeEndArray();
    scores();
    seedScores();
    costs();
    comparisons();
    json.writeEndObject();
  }

  private void texts(String name, Collection<String> texts) throws IOException {
    json.writeArrayFieldStart(name);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }

  private void axes() throws IOException {
    json.writeArrayFieldStart("axes");
    for (Map.Entry<String, List<String>> axis : content.settings().axes().entrySet()) {
      json.writeStartObject();
      json.writeStringField("name", axis.getKey());
      texts("values", axis.getValue());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("settings");
    for (Map<String, String> setting : content.settings().all()) {
      json.writeStartArray();
      for (Map.Entry<String, List<String>> axis : content.settings().axes().entrySet()) {
        json.writeNumber(axis.getValue().indexOf(setting.get(axis.getKey())));
      }
      json.writeEndArray();
    }
    json.writeEndArray();
  }

  private void tasks() throws IOException {
    json.writeArrayFieldStart("tasks");
    for (String task : content.tasks()) {
      json.writeStartObject();
      json.writeStringField("name", task);
      metrics(content.metrics(task));
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void metrics(Map<MetricKey, Boolean> metrics) throws IOException {
    List<MetricKey> all = List.copyOf(content.metrics());
    json.writeArrayFieldStart("metrics");
    for (Map.Entry<MetricKey, Boolean> metric : metrics.entrySet()) {
      json.writeStartArray();
      json.writeNumber(all.indexOf(metric.getKey()));
      json.writeNumber(metric.getValue() ? 1 : 0);
      json.writeEndArray();
    }
    json.writeEndArray();
  }

  private void groups() throws IOException {
    json.writeArrayFieldStart("groups");
    for (TaskGroup group : groups.groups()) {
      json.writeStartObject();
      json.writeStringField("name", group.name());
      json.writeStringField("alias", group.alias());
      json.writeArrayFieldStart("tasks");
      for (String task : groups.below(group)) {
        if (content.tasks().contains(task)) {
          json.writeNumber(content.tasks().indexOf(task));
        }
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** [model, task, setting, metric, value, standard error, documents], groups behind tasks. */
  private void scores() throws IOException {
    json.writeArrayFieldStart("scores");
    for (int model = 0; model < content.models().size(); model++) {
      for (int setting = 0; setting < content.settings().all().size(); setting++) {
        for (MetricKey metric : content.metrics()) {
          scores(model, setting, metric);
        }
      }
    }
    json.writeEndArray();
  }

  private void scores(int model, int setting, MetricKey metric) throws IOException {
    int number = List.copyOf(content.metrics()).indexOf(metric);
    List<Optional<SweepComparer.AverageScore>> ofTasks = new ArrayList<>();
    for (String task : content.tasks()) {
      List<CellResult> cells =
          content.cells(content.models().get(model), task, content.settings().all().get(setting));
      Optional<SweepComparer.AverageScore> score =
          cells.isEmpty() ? Optional.empty() : comparer.average(content.sweep(), cells, metric);
      ofTasks.add(score);
      if (score.isPresent()) {
        score(model, ofTasks.size() - 1, setting, number, score.get());
      }
    }
    for (int g = 0; g < groups.groups().size(); g++) {
      TaskGroup group = groups.groups().get(g);
      List<SweepComparer.AverageScore> below = new ArrayList<>();
      Set<String> names = groups.below(group);
      for (String task : names) {
        int index = content.tasks().indexOf(task);
        if (index >= 0) {
          ofTasks.get(index).ifPresent(below::add);
        }
      }
      if (!below.isEmpty() && below.size() == names.size()) {
        int of = content.tasks().size() + g;
        score(model, of, setting, number, joined(group, metric, below));
      }
    }
  }

  private static SweepComparer.AverageScore joined(
      TaskGroup group, MetricKey metric, List<SweepComparer.AverageScore> parts) {
    int[] documents = parts.stream().mapToInt(SweepComparer.AverageScore::documents).toArray();
    double[] weights = TasksOfGroups.weights(group, metric, documents);
    double value = 0;
    double variance = 0;
    int total = 0;
    for (int i = 0; i < weights.length; i++) {
      SweepComparer.AverageScore part = parts.get(i);
      value += weights[i] * part.value();
      variance += Math.pow(weights[i] * part.standardError(), 2);
      total += documents[i];
    }
    return new SweepComparer.AverageScore(value, Math.sqrt(variance), total);
  }

  private void score(int model, int task, int setting, int metric, SweepComparer.AverageScore score)
      throws IOException {
    json.writeStartArray();
    for (int number : new int[] {model, task, setting, metric}) {
      json.writeNumber(number);
    }
    JsonValues.number(json, score.value());
    JsonValues.number(json, score.standardError());
    json.writeNumber(score.documents());
    json.writeEndArray();
  }

  /** [model, task, setting, metric, seed, value], if there are several seeds. */
  private void seedScores() throws IOException {
    json.writeArrayFieldStart("seedScores");
    List<MetricKey> metrics = List.copyOf(content.metrics());
    if (content.settings().seeds().size() > 1) {
      for (CellResult result : content.cells()) {
        for (MetricScore score : result.scores()) {
          json.writeStartArray();
          place(result);
          json.writeNumber(metrics.indexOf(new MetricKey(score.metric(), score.filter())));
          json.writeNumber(content.settings().seeds().indexOf(Settings.seed(result.cell())));
          JsonValues.number(json, score.value());
          json.writeEndArray();
        }
      }
    }
    json.writeEndArray();
  }

  private void place(CellResult result) throws IOException {
    json.writeNumber(content.models().indexOf(result.cell().model()));
    json.writeNumber(content.tasks().indexOf(result.cell().task()));
    json.writeNumber(content.settings().indexOf(result.cell()));
  }

  /** [model, task, setting, prompt tokens, computed, generated, seconds] of each cell. */
  private void costs() throws IOException {
    json.writeArrayFieldStart("costs");
    for (CellResult result : content.cells()) {
      json.writeStartArray();
      place(result);
      json.writeNumber(result.promptTokens());
      json.writeNumber(result.computedTokens());
      json.writeNumber(result.generatedTokens());
      JsonValues.number(json, result.seconds());
      json.writeEndArray();
    }
    json.writeEndArray();
  }

  /**
   * Each two of models and settings that differ in the model or in one axis alone, by each metric;
   * corrected over the tasks of the two.
   */
  private void comparisons() throws IOException {
    Set<String> notes = new LinkedHashSet<>();
    json.writeArrayFieldStart("comparisons");
    int settings = content.settings().all().size();
    int all = content.models().size() * settings;
    for (int first = 0; first < all; first++) {
      for (int second = first + 1; second < all; second++) {
        Contender one = new Contender(first / settings, first % settings);
        Contender other = new Contender(second / settings, second % settings);
        if (differInOne(one, other)) {
          for (MetricKey metric : content.metrics()) {
            Comparison comparison = comparer.compare(side(one), side(other), metric);
            notes.addAll(comparison.notes());
            write(one, other, comparison);
          }
        }
      }
    }
    json.writeEndArray();
    notes.removeIf(note -> note.contains("there is no metric"));
    texts("notes", notes);
  }

  /** A model under a setting, by their numbers. */
  private record Contender(int model, int setting) {}

  private boolean differInOne(Contender one, Contender other) {
    if (one.model() != other.model()) {
      return one.setting() == other.setting();
    }
    Map<String, String> first = content.settings().all().get(one.setting());
    Map<String, String> second = content.settings().all().get(other.setting());
    return first.keySet().stream().filter(axis -> !first.get(axis).equals(second.get(axis))).count()
        == 1;
  }

  private Side side(Contender contender) {
    String name = content.models().get(contender.model());
    Map<String, String> setting = content.settings().all().get(contender.setting());
    return new Side(name, content.sweep(), name, setting);
  }

  private void write(Contender one, Contender other, Comparison comparison) throws IOException {
    for (ComparedTask task : comparison.tasks()) {
      int number = content.tasks().indexOf(task.task());
      outcome(one, other, number, task.metric(), task.outcome());
      json.writeNumber(task.lost().size());
      json.writeNumber(task.gained().size());
      json.writeEndArray();
    }
    List<String> names = groups.groups().stream().map(TaskGroup::name).toList();
    for (ComparedGroup group : comparison.groups()) {
      int number = content.tasks().size() + names.indexOf(group.group());
      outcome(one, other, number, group.metric(), group.outcome());
      json.writeEndArray();
    }
  }

  /**
   * [baseline's model, its setting, the other's model, its setting, task, metric, documents,
   * clusters, difference, lower, upper, p, corrected p, test, smallest effect], and of tasks the
   * numbers of documents on which the other is worse, and better.
   */
  private void outcome(Contender one, Contender other, int task, MetricKey metric, Outcome outcome)
      throws IOException {
    json.writeStartArray();
    int number = List.copyOf(content.metrics()).indexOf(metric);
    for (int value :
        new int[] {
          one.model(),
          one.setting(),
          other.model(),
          other.setting(),
          task,
          number,
          outcome.documents(),
          outcome.clusters()
        }) {
      json.writeNumber(value);
    }
    JsonValues.number(json, outcome.difference());
    JsonValues.number(json, outcome.lower());
    JsonValues.number(json, outcome.upper());
    JsonValues.number(json, outcome.pValue());
    JsonValues.number(json, outcome.adjusted());
    json.writeString(outcome.test().label());
    JsonValues.number(json, outcome.smallestEffect());
  }
}
