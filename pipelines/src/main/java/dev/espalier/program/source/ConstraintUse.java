package dev.espalier.program.source;

import dev.espalier.engine.Constraint;
import dev.espalier.engine.ConstraintException;
import dev.espalier.engine.ShortestOutput;
import dev.espalier.yaml.YamlMapping;
import dev.espalier.yaml.YamlNode;
import dev.espalier.yaml.YamlPlace;
import dev.espalier.yaml.YamlScalar;
import dev.espalier.yaml.YamlSequence;

/**
 * What a step holds its output to.
 *
 * @param field of the step, such as {@code regex}
 * @param at the value of the field
 * @param maxTokens of the step
 */
record ConstraintUse(String step, String field, YamlNode at, Constraint constraint, int maxTokens)
    implements ModelUse {

  /** Compiles the constraint, and compares what it asks for with what the step allows. */
  @Override
  public void check(TargetModel model, Problems problems) {
    ShortestOutput shortest = new ShortestOutput(0, 0);
    try {
      if (field.equals("stopRegex") && constraint instanceof Constraint.Regex stop) {
        model.constraints().checkStop(stop.pattern());
      } else {
        shortest = model.constraints().check(constraint);
      }
    } catch (ConstraintException e) {
      problems.add(place(e), "`" + field + "`: " + e.problem(), "correct the " + field);
      return;
    }
    if (maxTokens >= 1 && shortest.tokens() > maxTokens) { // else maxTokens is refused itself
      problems.warn(
          at.place(),
          "the shortest output that `"
              + field
              + "` of `"
              + step
              + "` allows has "
              + shortest.tokens()
              + " tokens, but maxTokens is "
              + maxTokens,
          "write `maxTokens: " + shortest.tokens() + "` or more; every row would fail");
    }
  }

  private YamlPlace place(ConstraintException e) {
    if (at instanceof YamlScalar text) {
      if (e.position() < 0) {
        return text.place();
      }
      String before = text.text().substring(0, Math.min(e.position(), text.text().length()));
      int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
      String lastLine = before.substring(before.lastIndexOf('\n') + 1);
      return text.placeOf(line, 1 + lastLine.codePointCount(0, lastLine.length()));
    }
    return pointed(at, e.pointer()).place();
  }

  /** What a JSON pointer names, or what is nearest above it. */
  private static YamlNode pointed(YamlNode root, String pointer) {
    YamlNode at = root;
    for (String token : pointer.split("/", -1)) {
      String name = token.replace("~1", "/").replace("~0", "~");
      if (at instanceof YamlMapping mapping && mapping.get(name).isPresent()) {
        at = mapping.get(name).get();
      } else if (at instanceof YamlSequence list
          && name.matches("\\d{1,9}")
          && Integer.parseInt(name) < list.items().size()) {
        at = list.items().get(Integer.parseInt(name));
      }
    }
    return at;
  }
}
