package dev.espalier.eval.task;

import dev.espalier.eval.metric.Aggregation;
import dev.espalier.eval.metric.Filter;
import dev.espalier.eval.metric.MetricFunction;
import dev.espalier.eval.metric.ResultsFunction;
import dev.espalier.eval.metric.TaskFunctions;
import dev.espalier.eval.twin.Twin;
import dev.espalier.eval.twin.Twins;
import dev.espalier.row.Problem;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The functions that a task names, and their twins. */
final class Functions implements TaskFunctions {
  private static final String REMEDY =
      "its requests can be written by lm-evaluation-harness and answered here, and its samples be"
          + " read, as JSON Lines; or write the prompt as a template";

  private final TaskFiles files;
  private final Map<String, Optional<Twin>> twins = new HashMap<>();

  Functions(TaskFiles files) {
    this.files = files;
  }

  /**
   * The twin of a function, of this kind.
   *
   * @param problems where it is told if there is none
   * @param warnings where it is told if its Python is not the one that the twin was written from
   */
  <T> Optional<T> find(
      Function function, Class<T> kind, List<Problem> problems, List<Problem> warnings) {
    Optional<Twin> twin =
        twins.computeIfAbsent(function.name(), name -> resolved(function, problems));
    Optional<T> found = twin.flatMap(known -> known.as(kind));
    if (found.isEmpty()) {
      problems.add(
          new Problem(
              function.place().toString(),
              "`" + function + "` needs Python, and has no twin here",
              REMEDY));
    } else if (!twin.get().isExact()) {
      warnings.add(
          new Problem(
              function.place().toString(),
              "the Python of `" + function + "` is not the text that its twin was written from",
              "if it was changed on purpose, use lm-evaluation-harness for this task"));
    }
    return found;
  }

  private Optional<Twin> resolved(Function function, List<Problem> problems) {
    int dot = function.name().lastIndexOf('.');
    if (dot < 0) {
      return Optional.empty();
    }
    String name = function.name().substring(dot + 1);
    String module = function.name().substring(0, dot).replace('.', '/') + ".py";
    String path = TaskFiles.beside(function.place().source(), module);
    return Twins.find(path, name, file -> text(file, function, problems));
  }

  private Optional<String> text(String path, Function function, List<Problem> problems) {
    try {
      return files.find(path).isPresent() ? Optional.of(files.text(path)) : Optional.empty();
    } catch (IOException e) {
      problems.add(
          new Problem(
              function.place().toString(),
              path + " cannot be read: " + e.getMessage(),
              "check the file"));
      return Optional.empty();
    }
  }

  private <T> Optional<T> known(String name, Class<T> kind) {
    String plain = name.startsWith(Function.TAG) ? name.substring(Function.TAG.length()) : name;
    return twins.getOrDefault(plain.strip(), Optional.empty()).flatMap(twin -> twin.as(kind));
  }

  @Override
  public Optional<ResultsFunction> results(String name) {
    return known(name, ResultsFunction.class);
  }

  @Override
  public Optional<MetricFunction> metric(String name) {
    return known(name, MetricFunction.class);
  }

  @Override
  public Optional<Aggregation> aggregation(String name) {
    return known(name, Aggregation.class);
  }

  @Override
  public Optional<Filter> filter(String name, Map<String, Object> arguments) {
    return known(name, Filter.class);
  }
}
