package dev.espalier.jinja;

import dev.espalier.jinja.JinjaException.Kind;
import java.util.HashMap;
import java.util.Map;

/** What one rendering knows and counts. Used by one thread. */
final class Rendering {
  /** Evaluations inside each other that one macro call or loop may need. */
  private static final int EVALUATIONS = 5;

  private static final int CHARACTERS_A_STEP = 16;

  final TemplateSettings settings;
  private final Variables variables;
  private final Map<String, Object> resolved = new HashMap<>();
  private long steps;
  private int depth;

  Rendering(TemplateSettings settings, Variables variables) {
    this.settings = settings;
    this.variables = variables;
  }

  /** A free name's value: the variable, or else the global, or else undefined. */
  Object resolve(String name) {
    Object known = resolved.get(name);
    if (known == null && !resolved.containsKey(name)) {
      Object given = variables.get(name);
      if (given != Variables.UNDEFINED) {
        known = Imports.imported(given, this);
      } else {
        known = Globals.of(settings).getOrDefault(name, Frame.MISSING);
      }
      resolved.put(name, known);
    }
    return known;
  }

  Undefined undefined(String path, String reason) {
    return new Undefined(Kind.UNDEFINED, path, reason, settings.strictUndefined());
  }

  Undefined undefined(String name) {
    return undefined(name, "'" + name + "' is undefined");
  }

  /** Counts work in units of about 50 nanoseconds. */
  void step(long count) {
    steps += count;
    if (steps > settings.limits().steps() || steps < 0) {
      throw limit("takes more than " + settings.limits().steps() + " steps");
    }
  }

  /** To be asked before a text of so many characters is built or read through. */
  void characters(long count) {
    characters(count, count);
  }

  /**
   * To be asked before a text grows.
   *
   * @param total of the text then
   * @param more what is added
   */
  void characters(long total, long more) {
    if (total > settings.limits().characters()) {
      throw limit("builds a text of more than " + settings.limits().characters() + " characters");
    }
    step(1 + more / CHARACTERS_A_STEP);
  }

  /** To be asked before a list of so many items is built. */
  void items(long count) {
    step(1 + count);
  }

  /** Begins an evaluation inside another. */
  void enter() {
    step(1);
    if (++depth > settings.limits().nesting() * EVALUATIONS) {
      throw limit("nests more than " + settings.limits().nesting() + " levels deep");
    }
  }

  void leave() {
    depth--;
  }

  /** Begins going through the items of lists and maps inside each other. */
  void enterItems() {
    enter();
    depth += EVALUATIONS - 1; // A level of a value is one of the levels that are counted.
    if (depth > settings.limits().nesting() * EVALUATIONS) {
      throw limit("nests more than " + settings.limits().nesting() + " levels deep");
    }
  }

  void leaveItems() {
    depth -= EVALUATIONS;
  }

  static JinjaException limit(String what) {
    return new JinjaException(Kind.LIMIT, "the template " + what);
  }
}
