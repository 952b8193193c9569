package dev.espalier.jobs.eval;

import dev.espalier.jobs.fields.JobVariables;
import dev.espalier.row.Problem;
import dev.espalier.yaml.YamlDocument;
import dev.espalier.yaml.YamlMapping;
import dev.espalier.yaml.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A sweep as its file says it, before anything that it names was looked for.
 *
 * @param models the fields of each one's job by its name in the sweep
 * @param taskDirectories where task files are looked for
 * @param data where the documents of data sets lie
 * @param tasks in their order
 * @param all what holds for every evaluation
 * @param axes in their order
 * @param exclude combinations that are left out
 * @param names of combinations
 * @param harness whether results are also written as lm-evaluation-harness writes them
 * @param label under which these results are kept when later ones take their place
 */
public record SweepFile(
    String name,
    String output,
    Map<String, YamlMapping> models,
    List<String> taskDirectories,
    Map<String, Object> data,
    List<TaskEntry> tasks,
    Change all,
    List<Axis> axes,
    List<Choice> exclude,
    Map<String, Map<String, String>> names,
    boolean harness,
    String label) {

  /** All fields of a model's job. */
  static final List<String> MODEL_FIELDS = List.of("model", "engine", "runner", "plan", "refresh");

  /**
   * An entry of {@code tasks}.
   *
   * @param name of a task, group or tag, a pattern of them, or a path
   * @param program fields of a task that is a program; absent for a task of a task file
   * @param place where it stands
   */
  public record TaskEntry(
      String name, Optional<YamlMapping> program, Change change, String place) {}

  /**
   * Something that evaluations differ in.
   *
   * @param values by their names, in their order
   */
  public record Axis(String name, Map<String, Change> values) {}

  /**
   * Some combinations.
   *
   * @param values that are chosen, by axis; any of those not named
   * @param place where it stands
   */
  public record Choice(Map<String, List<String>> values, String place) {
    /** Whether a combination is among them. */
    public boolean holds(Map<String, String> combination) {
      return values.entrySet().stream()
          .allMatch(axis -> axis.getValue().contains(combination.getOrDefault(axis.getKey(), "")));
    }
  }

  /**
   * A sweep as far as it could be read.
   *
   * @param sweep empty if the file is no mapping at all
   */
  public record Reading(Optional<SweepFile> sweep, List<Problem> problems) {}

  /**
   * Whether a file is a sweep, not a job: one names tasks, the other a program and an input. A file
   * that cannot be read is none.
   */
  public static boolean isSweep(Path file) {
    try {
      return YamlReader.read("", Files.readString(file)).root().orElse(null)
              instanceof YamlMapping root
          && root.entries().containsKey("tasks");
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Reads a sweep.
   *
   * @param file names it in messages
   */
  public static Reading read(Path file, String text) {
    return read(file, text, JobVariables.now(), root -> root);
  }

  /**
   * The same where the command line says otherwise.
   *
   * @param variables what paths mean by {@code {{ … }}}
   * @param settings puts what that says into the file's fields
   */
  public static Reading read(
      Path file, String text, JobVariables variables, UnaryOperator<YamlMapping> settings) {
    List<Problem> problems = new ArrayList<>();
    YamlDocument document = YamlReader.read(file.toString(), text);
    document
        .problems()
        .forEach(p -> problems.add(new Problem(p.place().toString(), p.message(), p.remedy())));
    if (document.root().isEmpty()) {
      return new Reading(Optional.empty(), problems);
    }
    if (!(document.root().get() instanceof YamlMapping root)) {
      problems.add(
          new Problem(
              document.root().get().place().toString(),
              "the file holds no mapping",
              "write fields such as `models: …`"));
      return new Reading(Optional.empty(), problems);
    }
    return new Reading(
        Optional.of(new SweepFileReader(settings.apply(root), variables, problems).sweep(file)),
        problems);
  }
}
