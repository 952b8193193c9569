package dev.espalier.eval.metric;

import dev.espalier.eval.TaskDocument;
import dev.espalier.jinja.PythonPattern;
import java.util.List;

/**
 * {@code regex_match}: whether a pattern is found in an answer. The pattern is the argument {@code
 * pattern}, or else the document's target; {@code full: true} asks for the whole answer.
 */
final class RegexMatch implements Metric {
  private final PythonPattern pattern;
  private final boolean isFull;

  RegexMatch(NamedArguments arguments) {
    Object given = arguments.value("pattern");
    this.pattern = given == null ? null : PythonPattern.compile(arguments.text("pattern", null));
    this.isFull = arguments.flag("full");
  }

  @Override
  public String name() {
    return "regex_match";
  }

  @Override
  public Object value(TaskDocument document, List<Object> answers) {
    String answer = Targets.answer(answers, name());
    if (pattern != null) {
      return isFound(pattern, answer) ? 1.0 : 0.0;
    }
    for (String target : Targets.of(document)) {
      try {
        if (isFound(PythonPattern.compile(target), answer)) {
          return 1.0;
        }
      } catch (IllegalArgumentException e) {
        throw new ScoringException(e.getMessage(), e);
      }
    }
    return 0.0;
  }

  @Override
  public void check(TaskDocument document) {
    if (pattern == null) {
      for (String target : Targets.of(document)) {
        try {
          var unused = PythonPattern.compile(target);
        } catch (IllegalArgumentException e) {
          throw new ScoringException(e.getMessage(), e);
        }
      }
    }
  }

  private boolean isFound(PythonPattern in, String answer) {
    return (isFull ? in.fullmatch(answer) : in.search(answer)).isPresent();
  }

  @Override
  public Aggregation aggregation() {
    return Aggregations.MEAN;
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }
}
