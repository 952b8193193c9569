package dev.espalier.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Collects what is wrong with parameters. Not thread-safe. */
final class ParameterCheck {
  private final List<InvalidParametersException.Problem> problems = new ArrayList<>();

  void require(boolean holds, String parameter, Object value, String expected) {
    if (!holds) {
      add(parameter, parameter + " is " + value + " but must be " + expected);
    }
  }

  /** Token ids are not negative; how many tokens there are, only the model knows. */
  void requireIds(String parameter, Collection<Integer> ids) {
    ids.stream()
        .filter(id -> id < 0)
        .min(Integer::compare)
        .ifPresent(id -> add(parameter, parameter + " holds " + id + ", which is no token id"));
  }

  /** At most {@code most} texts, none of them empty. */
  void requireTexts(String parameter, List<String> texts, int most) {
    if (texts.size() > most) {
      add(parameter, parameter + " holds " + texts.size() + " texts but may hold " + most);
    }
    int empty = texts.indexOf("");
    if (empty >= 0) {
      String which = texts.size() == 1 ? "" : " (number " + (empty + 1) + ")";
      add(parameter, parameter + " holds the empty string \"\"" + which);
    }
  }

  private void add(String parameter, String message) {
    problems.add(new InvalidParametersException.Problem(parameter, message));
  }

  void throwIfAny() {
    if (!problems.isEmpty()) {
      throw new InvalidParametersException(problems);
    }
  }
}
