package dev.espalier.program.source;

import dev.espalier.row.Problem;
import dev.espalier.yaml.YamlPlace;
import dev.espalier.yaml.YamlProblem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with the files of a program, or only doubtful. */
final class Problems {
  private final List<String> files = new ArrayList<>();
  private final List<YamlProblem> problems = new ArrayList<>();
  private final List<YamlProblem> warnings = new ArrayList<>();

  void add(YamlPlace place, String message, String remedy) {
    add(new YamlProblem(place, message, remedy));
  }

  void add(YamlProblem problem) {
    note(problem);
    problems.add(problem);
  }

  void warn(YamlPlace place, String message, String remedy) {
    YamlProblem warning = new YamlProblem(place, message, remedy);
    note(warning);
    warnings.add(warning);
  }

  private void note(YamlProblem problem) {
    if (!files.contains(problem.place().source())) {
      files.add(problem.place().source());
    }
  }

  int count() {
    return problems.size();
  }

  /** In the order of the files. */
  List<Problem> warnings() {
    return inOrder(warnings);
  }

  /**
   * @param fields of the row that the program reads, as far as it could be read
   * @throws InvalidProgramException with all that was found, in the order of the files, if there
   *     are any problems
   */
  void throwIfAny(List<FieldUse> fields) {
    if (!problems.isEmpty()) {
      throw new InvalidProgramException(all(), warnings(), fields);
    }
  }

  List<Problem> all() {
    return inOrder(problems);
  }

  private List<Problem> inOrder(List<YamlProblem> entries) {
    return entries.stream()
        .sorted(
            Comparator.comparingInt((YamlProblem p) -> files.indexOf(p.place().source()))
                .thenComparing(YamlProblem::place))
        .map(p -> new Problem(p.place().toString(), p.message(), p.remedy()))
        .distinct()
        .toList();
  }
}
