package dev.espalier.eval.metric;

import dev.espalier.eval.FilterPipeline;
import dev.espalier.eval.FilterStep;
import dev.espalier.eval.MetricScore;
import dev.espalier.eval.OutputType;
import dev.espalier.eval.Response;
import dev.espalier.eval.Sample;
import dev.espalier.eval.TaskDocument;
import dev.espalier.eval.TaskScoring;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** Scores a task's answers as lm-evaluation-harness does. Immutable and thread-safe. */
public final class TaskScorer {
  /** Replicates of a bootstrap, where nobody says another number. */
  public static final int BOOTSTRAP_ITERATIONS = 100_000;

  private static final int TEXT_ITERATIONS = 100;
  private static final Set<String> TEXT_METRICS = Set.of("bleu", "chrf", "chrf++", "ter");

  private final TaskScoring task;
  private final Map<String, List<Filter>> filters;
  private final Map<String, TaskMetric> metrics;
  private final ResultsFunction processResults;

  private TaskScorer(
      TaskScoring task,
      Map<String, List<Filter>> filters,
      Map<String, TaskMetric> metrics,
      ResultsFunction processResults) {
    this.task = task;
    this.filters = filters;
    this.metrics = metrics;
    this.processResults = processResults;
  }

  /**
   * The scorer of a task.
   *
   * @param functions that the task's file names
   * @throws IllegalArgumentException with a line for each filter and metric that cannot be made
   */
  public static TaskScorer of(TaskScoring task, TaskFunctions functions) {
    List<String> problems = new ArrayList<>();
    Map<String, List<Filter>> filters = new LinkedHashMap<>();
    for (FilterPipeline pipeline :
        task.filters().isEmpty() ? List.of(FilterPipeline.NONE) : task.filters()) {
      filters.put(pipeline.name(), Filters.of(pipeline, functions, problems));
    }
    ResultsFunction results = null;
    if (task.processResults().isPresent()) {
      String name = task.processResults().get();
      results = functions.results(name).orElse(null);
      if (results == null) {
        problems.add(
            "process_results: the function "
                + name
                + " has no twin in Java; export the task's requests and samples, and score them"
                + " with the harness");
      }
    }
    Map<String, TaskMetric> metrics = TaskMetrics.of(task, functions, problems);
    if (task.processResults().isEmpty()) {
      metrics.values().forEach(metric -> answersNeeded(metric, task, problems));
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "task " + task.task() + " cannot be scored:\n  " + String.join("\n  ", problems));
    }
    return new TaskScorer(task, filters, metrics, results);
  }

  /** Holds what a metric needs of answers against what each filter leaves of them. */
  private static void answersNeeded(
      TaskMetric metric, TaskScoring task, Collection<String> problems) {
    if (metric.own() == null || task.outputType() != OutputType.GENERATE_UNTIL) {
      return;
    }
    int needed = metric.own().answersNeeded();
    for (FilterPipeline pipeline :
        task.filters().isEmpty() ? List.of(FilterPipeline.NONE) : task.filters()) {
      Optional<AnswersLeft> left = AnswersLeft.of(pipeline, task.repeats());
      String where = "metric " + metric.name() + ", filter " + pipeline.name() + ": ";
      if (left.isEmpty()) {
        continue; // a function, of which nobody knows
      }
      if (needed > 0 && !left.get().isList()) {
        problems.add(
            where
                + "it looks at the answers of all repeats, and the filter leaves the first alone");
      } else if (needed > left.get().count()) {
        problems.add(
            where + "it needs " + needed + " answers, and there are " + left.get().count());
      } else if (needed == 0 && left.get().isList() && left.get().count() > 1) {
        problems.add(where + "it looks at one answer, and the filter leaves " + left.get().count());
      }
    }
  }

  /**
   * How many answers of each request a filter leaves.
   *
   * @param isList whether they are a list, also where there is one
   */
  private record AnswersLeft(int count, boolean isList) {
    /** Empty if a step is not known here. */
    static Optional<AnswersLeft> of(FilterPipeline pipeline, int repeats) {
      AnswersLeft left = new AnswersLeft(repeats, true);
      for (FilterStep step : pipeline.steps()) {
        switch (step.function()) {
          case "take_first" -> left = new AnswersLeft(1, false);
          case "take_first_k" -> {
            if (!(step.arguments().get("k") instanceof Long k)) {
              return Optional.empty();
            }
            left = new AnswersLeft((int) Math.min(left.count(), k), left.isList());
          }
          case "majority_vote" -> left = new AnswersLeft(1, true);
          case "regex",
              "multi_choice_regex",
              "regex_pos",
              "remove_whitespace",
              "lowercase",
              "uppercase",
              "map",
              "format_span" -> {}
          default -> {
            return Optional.empty();
          }
        }
      }
      return Optional.of(left);
    }
  }

  /**
   * Looks at documents before anything is asked.
   *
   * @return what is wrong with those to which no answer could be scored, a sentence each
   */
  public List<String> check(List<TaskDocument> documents) {
    List<String> problems = new ArrayList<>();
    for (TaskDocument document : documents) {
      for (TaskMetric metric : metrics.values()) {
        try {
          if (metric.own() != null) {
            metric.own().check(document);
          }
        } catch (ScoringException e) {
          problems.add("document " + document.id() + ": " + e.getMessage());
        }
      }
    }
    return problems;
  }

  /** As {@link #score(List, List, int)} with {@link #BOOTSTRAP_ITERATIONS}. */
  public TaskScore score(List<TaskDocument> documents, List<List<List<Response>>> responses) {
    return score(documents, responses, BOOTSTRAP_ITERATIONS);
  }

  /**
   * Scores documents.
   *
   * @param documents in their order; the first one says for all whether there are several inputs or
   *     targets
   * @param responses for each document and request, those of all repeats
   * @param iterations of a bootstrap; 0 for no standard errors
   * @throws ScoringException if a document's answers cannot be scored, naming it
   */
  public TaskScore score(
      List<TaskDocument> documents, List<List<List<Response>>> responses, int iterations) {
    if (documents.isEmpty()) {
      throw new ScoringException("task " + task.task() + " has no documents");
    }
    if (responses.size() != documents.size()) {
      throw new IllegalArgumentException(
          responses.size() + " lists of responses of " + documents.size() + " documents");
    }
    ResultsFunction rule = rule(DocumentForm.of(documents.get(0)));
    List<Sample> samples = new ArrayList<>();
    Map<Key, List<Object>> values = new LinkedHashMap<>();
    Map<String, TaskMetric> sources = new LinkedHashMap<>(metrics);
    List<Hashes> hashes = documents.stream().map(Hashes::of).toList();
    for (Map.Entry<String, List<Filter>> filter : filters.entrySet()) {
      List<List<Object>> answers = answers(filter.getKey(), documents, responses);
      for (int i = 0; i < documents.size(); i++) {
        Map<String, Object> found =
            takenApart(values(rule, documents.get(i), answers.get(i), filter.getKey()), sources);
        found.forEach(
            (name, value) ->
                values
                    .computeIfAbsent(new Key(name, filter.getKey()), key -> new ArrayList<>())
                    .add(value));
        samples.add(
            new Sample(
                documents.get(i),
                filter.getKey(),
                responses.get(i),
                answers.get(i),
                found,
                hashes.get(i).document(),
                hashes.get(i).prompt(),
                hashes.get(i).target()));
      }
    }
    return aggregated(samples, values, sources, iterations);
  }

  private record Key(String metric, String filter) {}

  private record Hashes(String document, String prompt, String target) {
    static Hashes of(TaskDocument document) {
      return new Hashes(
          SampleHashes.ofDocument(document),
          SampleHashes.ofPrompt(document),
          SampleHashes.ofTarget(document));
    }
  }

  /** The values of a document by the task's own function, or the rule of its output type. */
  private ResultsFunction rule(DocumentForm form) {
    if (processResults != null) {
      return processResults;
    }
    return switch (task.outputType()) {
      case MULTIPLE_CHOICE -> new ChoiceResults(metrics.keySet(), form);
      case LOGLIKELIHOOD -> LoglikelihoodResults.ofContinuation(metrics.keySet());
      case LOGLIKELIHOOD_ROLLING -> LoglikelihoodResults.ofText(metrics.keySet());
      case GENERATE_UNTIL -> new TextResults(metrics.values(), form);
    };
  }

  private Map<String, Object> values(
      ResultsFunction rule, TaskDocument document, List<Object> answers, String filter) {
    try {
      Map<String, Object> values = new LinkedHashMap<>(rule.values(document, answers));
      for (TaskMetric metric : metrics.values()) {
        if (metric.own() != null) {
          values.put(metric.name(), metric.own().value(document, answers));
        }
      }
      return values;
    } catch (ScoringException e) {
      throw new ScoringException(
          String.format(
              "task %s, document %d, filter %s: %s",
              task.task(), document.id(), filter, e.getMessage()),
          e);
    }
  }

  /**
   * Takes a value that is a map apart.
   *
   * @param sources takes the metric that each entry comes from
   */
  private Map<String, Object> takenApart(
      Map<String, Object> values, Map<String, TaskMetric> sources) {
    if (processResults != null) {
      return values;
    }
    Map<String, Object> apart = new LinkedHashMap<>();
    values.forEach(
        (name, value) -> {
          if (value instanceof Map<?, ?> several) {
            several.forEach(
                (key, each) -> {
                  apart.put((String) key, each);
                  sources.putIfAbsent((String) key, metrics.get(name));
                });
          } else {
            apart.put(name, value);
          }
        });
    return apart;
  }

  /** What a filter leaves of each document's answers, by request. */
  private List<List<Object>> answers(
      String filter, List<TaskDocument> documents, List<List<List<Response>>> responses) {
    List<Object> flat = new ArrayList<>();
    List<Map<String, Object>> columns = new ArrayList<>();
    for (int i = 0; i < documents.size(); i++) {
      for (List<Response> repeats : responses.get(i)) {
        flat.add(new ArrayList<>(repeats.stream().map(Answers::value).toList()));
        columns.add(documents.get(i).document());
      }
    }
    try {
      for (Filter step : filters.get(filter)) {
        flat = step.apply(flat, columns);
      }
    } catch (ScoringException e) {
      throw new ScoringException(
          "task " + task.task() + ", filter " + filter + ": " + e.getMessage(), e);
    }
    List<List<Object>> answers = new ArrayList<>();
    int at = 0;
    for (List<List<Response>> requests : responses) {
      answers.add(new ArrayList<>(flat.subList(at, at + requests.size())));
      at += requests.size();
    }
    return answers;
  }

  private TaskScore aggregated(
      List<Sample> samples,
      Map<Key, List<Object>> values,
      Map<String, TaskMetric> sources,
      int iterations) {
    Map<String, Object> results = new LinkedHashMap<>();
    List<MetricScore> scores = new ArrayList<>();
    int most = 0;
    for (Map.Entry<Key, List<Object>> entry : values.entrySet()) {
      String name = entry.getKey().metric();
      String filter = entry.getKey().filter();
      List<Object> each = entry.getValue();
      TaskMetric metric = sources.get(name);
      Aggregation aggregation = metric == null ? Aggregations.MEAN : metric.aggregation();
      Number number;
      Double error = null;
      try {
        number = aggregation.of(each);
        int replicates =
            TEXT_METRICS.contains(name) ? Math.min(iterations, TEXT_ITERATIONS) : iterations;
        if (each.size() > 1 && replicates > 0) {
          error = aggregation.standardError(each, replicates);
        }
      } catch (ScoringException e) {
        throw new ScoringException(
            "task " + task.task() + ", metric " + name + ": " + e.getMessage(), e);
      }
      results.put(name + "," + filter, number);
      results.put(name + "_stderr," + filter, error == null ? "N/A" : error);
      most = Math.max(most, each.size());
      scores.add(
          new MetricScore(
              name,
              filter,
              number.doubleValue(),
              error == null ? OptionalDouble.empty() : OptionalDouble.of(error),
              !Boolean.FALSE.equals(metric == null ? null : metric.higherIsBetter()),
              each.size()));
    }
    Map<String, Boolean> higherIsBetter = new LinkedHashMap<>();
    sources.forEach((name, metric) -> higherIsBetter.put(name, metric.higherIsBetter()));
    return new TaskScore(task, samples, results, scores, most, higherIsBetter);
  }
}
