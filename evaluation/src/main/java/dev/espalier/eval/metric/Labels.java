package dev.espalier.eval.metric;

import dev.espalier.jinja.PythonText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Pairs of a right and a given label, with the labels numbered in their order. */
final class Labels {
  private final int[] golds;
  private final int[] given;
  private final List<Object> names = new ArrayList<>();

  Labels(List<Object> pairs) {
    boolean areTexts = false;
    for (Object pair : pairs) {
      for (Object label : Aggregations.pair(pair)) {
        areTexts |= label instanceof String;
        if (!(label instanceof String || label instanceof Number || label instanceof Boolean)) {
          throw new ScoringException("a label is a text or a number, not " + Answers.kind(label));
        }
      }
    }
    Map<Object, Integer> numbers = new TreeMap<>();
    for (Object pair : pairs) {
      for (Object label : Aggregations.pair(pair)) {
        numbers.put(key(label, areTexts), 0);
      }
    }
    for (Map.Entry<Object, Integer> entry : numbers.entrySet()) {
      entry.setValue(names.size());
      names.add(entry.getKey());
    }
    golds = new int[pairs.size()];
    given = new int[pairs.size()];
    for (int i = 0; i < golds.length; i++) {
      List<?> pair = Aggregations.pair(pairs.get(i));
      golds[i] = numbers.get(key(pair.get(0), areTexts));
      given[i] = numbers.get(key(pair.get(1), areTexts));
    }
  }

  private static Object key(Object label, boolean areTexts) {
    return areTexts ? PythonText.str(label) : (Object) (Answers.number(label) + 0.0);
  }

  int count() {
    return names.size();
  }

  int size() {
    return golds.length;
  }

  /** The number of a label; -1 if no pair has it. */
  int number(double label) {
    return names.indexOf(label);
  }

  int gold(int pair) {
    return golds[pair];
  }

  int given(int pair) {
    return given[pair];
  }

  static int[] all(int size) {
    int[] all = new int[size];
    for (int i = 0; i < size; i++) {
      all[i] = i;
    }
    return all;
  }
}
