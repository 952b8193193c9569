package dev.espalier.eval.metric;

import dev.espalier.eval.FilterPipeline;
import dev.espalier.eval.FilterStep;
import dev.espalier.jinja.PythonText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** The filters of lm-evaluation-harness by name, and the pipelines made of them. */
final class Filters {
  /** Those that refuse an argument which they do not know. */
  private static final Set<String> STRICT =
      Set.of(
          "format_span",
          "lowercase",
          "majority_vote",
          "map",
          "multi_choice_regex",
          "regex",
          "regex_pos",
          "take_first",
          "uppercase");

  private Filters() {}

  /**
   * The steps of a pipeline.
   *
   * @param problems takes a sentence for each step that cannot be made
   */
  static List<Filter> of(
      FilterPipeline pipeline, TaskFunctions functions, Collection<String> problems) {
    List<Filter> filters = new ArrayList<>();
    for (FilterStep step : pipeline.steps()) {
      try {
        filters.add(of(step, functions));
      } catch (IllegalArgumentException e) {
        problems.add("filter " + pipeline.name() + ": " + e.getMessage());
      }
    }
    return filters;
  }

  private static Filter of(FilterStep step, TaskFunctions functions) {
    NamedArguments arguments = new NamedArguments(step.function(), step.arguments());
    Filter filter =
        switch (step.function()) {
          case "regex" -> new RegexFilter(arguments);
          case "regex_pos" -> new PartOfSpeechFilter(arguments);
          case "multi_choice_regex" -> new MultipleChoiceRegexFilter(arguments);
          case "remove_whitespace" -> eachText(step, PythonText::strip);
          case "lowercase" -> eachText(step, PythonText::lower);
          case "uppercase" -> eachText(step, PythonText::upper);
          case "format_span" -> eachText(step, SpanFormat::of);
          case "map" -> map(arguments);
          case "take_first" ->
              (answers, documents) -> answers.stream().map(Filters::first).toList();
          case "take_first_k" -> takeFirst(arguments.integer("k", null));
          case "majority_vote" ->
              (answers, documents) -> answers.stream().<Object>map(Filters::majority).toList();
          case "custom" -> custom(step, functions);
          case "decontaminate" ->
              throw new IllegalArgumentException(
                  "decontaminate is not supported: documents seen in training are not looked for");
          default ->
              functions
                  .filter(step.function(), step.arguments())
                  .orElseThrow(() -> unknown(step.function()));
        };
    if (STRICT.contains(step.function())) {
      arguments.refuseOthers();
    }
    return filter;
  }

  private static IllegalArgumentException unknown(String name) {
    return new IllegalArgumentException(
        "there is no filter `"
            + name
            + "`; known are custom, remove_whitespace, take_first_k, "
            + names(STRICT)
            + ", and functions with a twin");
  }

  private static Filter custom(FilterStep step, TaskFunctions functions) {
    Object name = step.arguments().get("filter_fn");
    if (name == null) {
      throw new IllegalArgumentException("custom needs filter_fn, a function");
    }
    Map<String, Object> others = new LinkedHashMap<>(step.arguments());
    others.remove("filter_fn");
    return functions
        .filter(name.toString(), others)
        .orElseThrow(
            () -> new IllegalArgumentException("the function " + name + " has no twin in Java"));
  }

  private static Filter eachText(FilterStep step, UnaryOperator<String> change) {
    return eachAnswer(
        answer -> change.apply(Answers.text(answer, "the filter " + step.function())));
  }

  /** A filter that changes each answer of each request by itself. */
  static Filter eachAnswer(UnaryOperator<Object> change) {
    return (answers, documents) -> {
      List<Object> filtered = new ArrayList<>();
      for (Object answer : answers) {
        List<Object> changed = new ArrayList<>();
        for (Object item : Answers.items(answer)) {
          changed.add(change.apply(item));
        }
        filtered.add(changed);
      }
      return filtered;
    };
  }

  private static Filter map(NamedArguments arguments) {
    Map<?, ?> values = arguments.map("mapping_dict");
    Object otherwise = arguments.value("default_value");
    Map<Object, Object> byKey = new LinkedHashMap<>();
    values.forEach((key, value) -> byKey.put(key, value));
    return eachAnswer(answer -> byKey.containsKey(answer) ? byKey.get(answer) : otherwise);
  }

  private static Object first(Object answer) {
    List<Object> items = Answers.items(answer);
    if (items.isEmpty()) {
      throw new ScoringException("take_first finds no answer");
    }
    return items.get(0);
  }

  private static Filter takeFirst(int count) {
    return (answers, documents) -> {
      List<Object> taken = new ArrayList<>();
      for (Object answer : answers) {
        List<Object> items = Answers.items(answer);
        if (items.size() < count) {
          throw new ScoringException(
              String.format(
                  "take_first_k needs %d answers of each document and has %d; raise repeats",
                  count, items.size()));
        }
        taken.add(new ArrayList<>(items.subList(0, count)));
      }
      return taken;
    };
  }

  private static List<Object> majority(Object answer) {
    Map<Object, Integer> counts = new LinkedHashMap<>();
    for (Object item : Answers.items(answer)) {
      counts.merge(item, 1, Integer::sum);
    }
    Object vote = null;
    int most = 0;
    for (Map.Entry<Object, Integer> entry : counts.entrySet()) {
      if (entry.getValue() > most) {
        most = entry.getValue();
        vote = entry.getKey();
      }
    }
    List<Object> votes = new ArrayList<>();
    votes.add(vote);
    return votes;
  }

  /** The names, for a message. */
  static String names(Collection<String> names) {
    return String.join(", ", new TreeSet<>(names));
  }
}
