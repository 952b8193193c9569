package dev.espalier.engine.constrain.automaton;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BoundedEquivalenceTest {
  private static final int CLASSES = 3;

  /** An automaton by its table; states are labelled by whether they accept. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Table(int[] next, boolean[] accepting) implements BoundedEquivalence.Automaton {
    @Override
    public int stateCount() {
      return accepting.length;
    }

    @Override
    public int classCount(int state) {
      return CLASSES;
    }

    @Override
    public int next(int state, int symbolClass) {
      return next[state * CLASSES + symbolClass];
    }

    @Override
    public int label(int state) {
      return accepting[state] ? 1 : 0;
    }

    /**
     * Whether some text of up to {@code length} symbols tells two states apart, tried one by one.
     */
    private boolean tellsApart(int a, int b, int length) {
      if (a < 0 || b < 0) {
        return a != b;
      }
      if (accepting[a] != accepting[b]) {
        return true;
      }
      for (int c = 0; c < CLASSES && length > 0; c++) {
        if (tellsApart(next(a, c), next(b, c), length - 1)) {
          return true;
        }
      }
      return false;
    }
  }

  @Test
  void statesOfOneClassCannotBeToldApart() {
    Random random = new Random(3);
    int joined = 0;
    for (int round = 0; round < 300; round++) {
      Table table = random(random);
      int length = random.nextInt(5);
      int[] classes = BoundedEquivalence.classes(table, length, CompilationBudget.ofConstraint());
      for (int a = 0; a < table.stateCount(); a++) {
        for (int b = 0; b < a; b++) {
          if (classes[a] == classes[b]) {
            joined++;
            assertThat(table.tellsApart(a, b, length)).isFalse();
          }
        }
      }
    }
    assertThat(joined).isGreaterThan(300);
  }

  /** Nothing is split that a text of any length could not tell apart. */
  @Test
  void equivalentStatesShareAClass() {
    Random random = new Random(4);
    for (int round = 0; round < 200; round++) {
      Table table = random(random);
      int[] classes = BoundedEquivalence.classes(table, 50, CompilationBudget.ofConstraint());
      for (int a = 0; a < table.stateCount(); a++) {
        for (int b = 0; b < a; b++) {
          // Two states of n are told apart by n symbols or by none.
          assertThat(classes[a] == classes[b])
              .isEqualTo(!table.tellsApart(a, b, table.stateCount()));
        }
      }
    }
  }

  @Test
  void aCounterIsToldApartNearItsEndOnly() {
    int states = 200;
    int[] next = new int[states * CLASSES];
    boolean[] accepting = new boolean[states];
    for (int state = 0; state < states; state++) {
      accepting[state] = true;
      for (int c = 0; c < CLASSES; c++) {
        next[state * CLASSES + c] = c > 0 || state + 1 == states ? -1 : state + 1;
      }
    }
    int[] classes =
        BoundedEquivalence.classes(
            new Table(next, accepting), 16, CompilationBudget.ofConstraint());
    for (int state = 0; state < states; state++) {
      assertThat(classes[state] == classes[0]).isEqualTo(states - state > 16);
    }
  }

  private static Table random(Random random) {
    int states = 2 + random.nextInt(6);
    boolean[] accepting = new boolean[states];
    int[] next = new int[states * CLASSES];
    for (int state = 0; state < states; state++) {
      accepting[state] = random.nextInt(3) > 0;
    }
    for (int i = 0; i < next.length; i++) {
      next[i] = random.nextInt(4) == 0 ? -1 : random.nextInt(states);
    }
    return new Table(next, accepting);
  }
}
