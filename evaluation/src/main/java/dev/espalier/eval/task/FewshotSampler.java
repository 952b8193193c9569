package dev.espalier.eval.task;

import dev.espalier.eval.python.PythonRandom;
import dev.espalier.eval.task.TaskConfig.Sampler;
import dev.espalier.jinja.PythonText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Chooses few-shot examples, for one document after the other: each draw goes on in the random
 * numbers where the one before ended. Used by one thread.
 */
final class FewshotSampler {
  private final Sampler kind;
  private final List<Map<String, Object>> pool;
  private final PythonRandom random;

  FewshotSampler(Sampler kind, List<Map<String, Object>> pool, long seed) {
    this.kind = kind;
    this.pool = pool;
    this.random = new PythonRandom(seed);
  }

  /**
   * @param evaluated the document to leave out; null if it cannot be among them
   * @throws IllegalArgumentException with a sentence for the user if there are too few
   */
  List<Map<String, Object>> sample(int count, Map<String, Object> evaluated) {
    if (kind == Sampler.FIRST_N) {
      return first(count, evaluated);
    }
    boolean leavesOut = evaluated != null && !evaluated.isEmpty();
    require(leavesOut ? count + 1 : count, pool.size());
    if (!leavesOut) {
      return random.sample(pool, count);
    }
    List<Map<String, Object>> drawn = without(evaluated, random.sample(pool, count + 1));
    if (drawn.size() >= count) {
      return drawn.subList(0, count);
    }
    // The document is in the pool more than once.
    List<Map<String, Object>> others = without(evaluated, pool);
    require(count, others.size());
    return random.sample(others, count);
  }

  private List<Map<String, Object>> first(int count, Map<String, Object> evaluated) {
    List<Map<String, Object>> first = new ArrayList<>();
    for (Map<String, Object> document : pool) {
      if (first.size() == count) {
        break;
      }
      if (evaluated == null || !areEqual(evaluated, document)) {
        first.add(document);
      }
    }
    require(count, first.size());
    return first;
  }

  private static void require(int count, int there) {
    if (count > there) {
      throw new IllegalArgumentException(
          count + " few-shot examples are drawn, but there are " + there);
    }
  }

  private static List<Map<String, Object>> without(
      Map<String, Object> evaluated, List<Map<String, Object>> documents) {
    return documents.stream().filter(other -> !areEqual(evaluated, other)).toList();
  }

  private static boolean areEqual(Map<String, Object> one, Map<String, Object> other) {
    return one == other || (one.size() == other.size() && PythonText.areEqual(one, other));
  }
}
