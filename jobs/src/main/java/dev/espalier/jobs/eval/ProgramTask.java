package dev.espalier.jobs.eval;

import dev.espalier.eval.FilterPipeline;
import dev.espalier.eval.MetricSpec;
import dev.espalier.eval.OutputType;
import dev.espalier.eval.TaskScoring;
import dev.espalier.jinja.JinjaException;
import dev.espalier.jinja.JinjaTemplate;
import dev.espalier.jinja.TemplateSettings;
import dev.espalier.jinja.VariableUse;
import dev.espalier.jobs.fields.JobVariables;
import dev.espalier.jobs.fields.Section;
import dev.espalier.row.Problem;
import dev.espalier.yaml.NearestName;
import dev.espalier.yaml.YamlMapping;
import dev.espalier.yaml.YamlNode;
import dev.espalier.yaml.YamlScalar;
import dev.espalier.yaml.YamlSequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A task that is a program: it runs on each row of an input, and a value of it is compared with
 * what is expected of the row.
 *
 * @param program a YAML file, or the name of a class
 * @param input its rows
 * @param format of its files; empty by the names' endings
 * @param expect a field of the row, or a template over {@code row}
 * @param answer a value of the program, or a template over its values and {@code row}
 * @param metrics at least one
 * @param samples of each row, each with random numbers of its own
 * @param judge who compares in place of the metrics
 * @param places of its fields, of the judge's as {@code judge.column}, and of metrics by number as
 *     {@code metrics.0}
 */
public record ProgramTask(
    String name,
    String program,
    String input,
    Optional<String> format,
    String expect,
    String answer,
    List<MetricSpec> metrics,
    int samples,
    Optional<Judge> judge,
    Map<String, String> places) {
  /** What such a task has beside what every task has. */
  static final List<String> FIELDS =
      List.of("program", "input", "expect", "answer", "metrics", "samples", "judge");

  /** Metrics that look at all samples; the others look at the first. */
  private static final Set<String> OF_ALL_SAMPLES = Set.of("pass@k", "majority");

  private static final int MOST_SAMPLES = 1024;

  /**
   * A program that is shown the answer and what was expected, in both orders, as {@code row.first}
   * and {@code row.second}.
   *
   * @param column its verdict
   */
  public record Judge(String program, String column) {}

  /**
   * Reads an entry of {@code tasks}.
   *
   * @param variables what paths mean by {@code {{ … }}}
   * @param problems gets what is wrong
   */
  public static ProgramTask read(
      YamlMapping mapping, JobVariables variables, List<Problem> problems) {
    // What every task has is read, and unknown fields are told, elsewhere.
    Section task = new Section("tasks", mapping, mapping.place(), variables, problems);
    Map<String, String> places = new LinkedHashMap<>();
    FIELDS.forEach(field -> places.put(field, task.locationOf(field)));
    Section input = task.sectionOrName("input");
    String path =
        input.has("name") ? input.path("name", "rows.jsonl") : input.path("path", "rows.jsonl");
    Optional<String> format =
        Optional.of(input.oneOf("format", "", "jsonl", "csv", "parquet"))
            .filter(text -> !text.isEmpty());
    input.reportUnknown();
    Optional<Judge> judge = Optional.empty();
    if (task.has("judge")) {
      Section section = task.section("judge");
      judge =
          Optional.of(
              new Judge(
                  section.path("program", "judge.yaml"), section.required("column", "verdict")));
      section.reportUnknown();
      places.put("judge.program", section.locationOf("program"));
      places.put("judge.column", section.locationOf("column"));
    }
    int samples = (int) task.integer("samples", 1, 1, MOST_SAMPLES);
    List<MetricSpec> metrics = metrics(task, mapping, judge.isPresent(), places, problems);
    long ofAll = metrics.stream().filter(spec -> OF_ALL_SAMPLES.contains(spec.metric())).count();
    if (ofAll > 0 && ofAll < metrics.size()) {
      task.problem(
          "metrics",
          "pass@k and majority look at all samples, the other metrics at the first",
          "make two tasks of it");
    }
    if (judge.isPresent() && samples > 1) {
      task.problem("samples", "a judge is shown one answer", "leave samples out");
    }
    String expect = task.required("expect", "category");
    String answer = task.required("answer", "category");
    template("expect", expect, task, problems);
    template("answer", answer, task, problems);
    return new ProgramTask(
        task.required("name", "triage"),
        task.path("program", "triage.yaml"),
        path,
        format,
        expect,
        answer,
        metrics,
        samples,
        judge,
        places);
  }

  private static void template(String field, String text, Section task, List<Problem> problems) {
    if (isTemplate(text)) {
      try {
        var unused = JinjaTemplate.compile(text, TemplateSettings.PROGRAM);
      } catch (JinjaException e) {
        problems.add(
            new Problem(
                task.locationOf(field), field + " is no template: " + e.reason(), "mend it"));
      }
    }
  }

  /** Whether a text is a template, and not a name. */
  public static boolean isTemplate(String text) {
    return text.contains("{");
  }

  /**
   * Holds what is read of the program's values against them.
   *
   * @param values that the program names
   * @param ofJudge that the judge names
   */
  public List<Problem> check(Optional<List<String>> values, Optional<List<String>> ofJudge) {
    List<Problem> problems = new ArrayList<>();
    unknown("expect", expect, List.of(), problems);
    values.ifPresent(names -> unknown("answer", answer, names, problems));
    if (judge.isPresent() && ofJudge.isPresent() && !judge.get().column().isEmpty()) {
      name("judge.column", judge.get().column(), ofJudge.get(), problems);
    }
    return problems;
  }

  private void unknown(String field, String text, List<String> names, List<Problem> problems) {
    if (!isTemplate(text)) {
      if (field.equals("answer") && !text.isEmpty()) {
        name(field, text, names, problems);
      }
      return;
    }
    List<String> known = new ArrayList<>(names);
    known.add("row");
    List<VariableUse> uses;
    try {
      uses = JinjaTemplate.compile(text, TemplateSettings.PROGRAM).variables();
    } catch (JinjaException e) {
      return; // said already
    }
    for (VariableUse use : uses) {
      if (!known.contains(use.name()) && !use.mayBeUndefined()) {
        problems.add(
            new Problem(
                places.get(field),
                field + " reads `" + use.name() + "`, which has no value",
                "there are "
                    + String.join(", ", known)
                    + NearestName.hint("; ", use.name(), known)));
      }
    }
  }

  private void name(String field, String name, List<String> names, List<Problem> problems) {
    if (!names.contains(name)) {
      problems.add(
          new Problem(
              places.get(field),
              field + " is `" + name + "`, and the program gives no such value",
              (names.isEmpty() ? "it gives none" : "it gives " + String.join(", ", names))
                  + NearestName.hint("; ", name, names)));
    }
  }

  /** The same with another program. */
  public ProgramTask withProgram(String other) {
    return new ProgramTask(
        name, other, input, format, expect, answer, metrics, samples, judge, places);
  }

  private static List<MetricSpec> metrics(
      Section task,
      YamlMapping mapping,
      boolean isJudged,
      Map<String, String> places,
      List<Problem> problems) {
    List<MetricSpec> metrics = new ArrayList<>();
    if (!task.has("metrics")) {
      return List.of(spec(isJudged ? "judge" : "exact_match", Map.of()));
    }
    YamlNode node = mapping.get("metrics").orElseThrow();
    List<YamlNode> items = node instanceof YamlSequence list ? list.items() : List.of(node);
    for (YamlNode item : items) {
      places.put("metrics." + metrics.size(), item.place().toString());
      if (item instanceof YamlScalar name && !name.isNull()) {
        metrics.add(spec(name.text(), Map.of()));
      } else if (item instanceof YamlMapping fields
          && fields.get("metric").orElse(null) instanceof YamlScalar name) {
        Map<String, Object> arguments = new LinkedHashMap<>(PlainYaml.of(fields));
        arguments.remove("metric");
        metrics.add(spec(name.text(), arguments));
      } else {
        problems.add(
            new Problem(
                item.place().toString(),
                "a metric is " + item.kind(),
                "write its name, or a mapping with `metric: NAME`"));
      }
    }
    boolean judges = metrics.stream().anyMatch(spec -> spec.metric().equals("judge"));
    if (judges != isJudged || (judges && metrics.size() > 1)) {
      task.problem(
          "metrics",
          isJudged ? "a task with a judge has other metrics" : "the metric judge has no judge",
          isJudged ? "make two tasks of it" : "add `judge: {program: …, column: …}`");
    }
    return metrics;
  }

  private static MetricSpec spec(String name, Map<String, Object> arguments) {
    return new MetricSpec(name, Optional.empty(), Optional.empty(), arguments);
  }

  /** How its answers are scored. */
  public TaskScoring scoring() {
    return scoring(metrics);
  }

  /** The same by one of its metrics. */
  public TaskScoring scoring(MetricSpec metric) {
    return scoring(List.of(metric));
  }

  private TaskScoring scoring(List<MetricSpec> by) {
    boolean all = by.stream().anyMatch(spec -> OF_ALL_SAMPLES.contains(spec.metric()));
    return new TaskScoring(
        name,
        name,
        Optional.empty(),
        OutputType.GENERATE_UNTIL,
        by,
        all ? List.of(new FilterPipeline("all", List.of())) : List.of(),
        samples,
        Optional.empty());
  }
}
