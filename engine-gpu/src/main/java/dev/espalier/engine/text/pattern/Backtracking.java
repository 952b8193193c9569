package dev.espalier.engine.text.pattern;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;

/**
 * Refuses patterns that a backtracking matcher can need more than linear time for at one place of a
 * text: the library that splits texts gives up after ten million tries, and ends the process.
 *
 * <p>Two things make a pattern so: a place that it can come back to in two ways with one text, as
 * in {@code (a|a)*}, which doubles the tries with each round; and two places that it can stay at
 * with one text and change between at any time, as in {@code a*a*b}, if what comes behind may fail.
 *
 * <p>Source: Weideman, van der Merwe, Berglund, Watson, "Analyzing matching time behavior of
 * backtracking regular expression matchers by using ambiguity of NFA" (2016).
 */
public final class Backtracking {
  private static final int MOST_CHARACTERS = 10_000;

  /** Pairs and triples of places that are looked at. */
  private static final long MOST_STEPS = 20_000_000;

  private final Positions places;
  private final int count;
  private final boolean[][] meet;
  private long steps;

  private Backtracking(Positions places) {
    this.places = places;
    this.count = places.samples.size();
    this.meet = new boolean[count][count];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < count; j++) {
        meet[i][j] = places.samples.get(i).intersects(places.samples.get(j));
      }
    }
  }

  /**
   * @param pattern in the syntax of Oniguruma, for Ruby
   * @throws PatternException if it may blow up, or cannot be examined
   */
  public static void check(String pattern) {
    if (pattern.length() > MOST_CHARACTERS) {
      throw new PatternException("has more than " + MOST_CHARACTERS + " characters");
    }
    for (Expression expression : new PatternParser(pattern).parse()) {
      new Backtracking(new Positions(expression)).check();
    }
  }

  /**
   * Whether a match may be of no characters.
   *
   * @throws PatternException as {@link #check(String)}
   */
  public static boolean canMatchNothing(String pattern) {
    List<Expression> parts = new PatternParser(pattern).parse();
    return Positions.isNullable(parts.get(parts.size() - 1));
  }

  private void check() {
    for (int place = 0; place < count; place++) {
      if (comesBackInTwoWays(place)) {
        throw new PatternException(
            "repeats what can be matched in several ways, so that it can take exponential time");
      }
    }
    for (int from = 0; from < count; from++) {
      for (int to = 0; to < count; to++) {
        if (from != to && !places.accepting.get(to) && changesAtAnyTime(from, to)) {
          throw new PatternException(
              "repeats the same characters twice in a row, so that it can take quadratic time");
        }
      }
    }
  }

  private void step() {
    if (++steps > MOST_STEPS) {
      throw new PatternException("is too large to be examined");
    }
  }

  private boolean comesBackInTwoWays(int place) {
    int start = place * count + place;
    BitSet forward = reachedPairs(start, false);
    if (!forward.get(start)) {
      return false;
    }
    BitSet both = reachedPairs(start, true);
    both.and(forward);
    return both.stream().anyMatch(pair -> pair / count != pair % count);
  }

  /** The pairs of places that one text leads to from a pair, or that lead to it. */
  private BitSet reachedPairs(int start, boolean backward) {
    BitSet reached = new BitSet(count * count);
    Deque<Integer> open = new ArrayDeque<>();
    open.add(start);
    while (!open.isEmpty()) {
      int pair = open.remove();
      int one = pair / count;
      int other = pair % count;
      if (backward && !meet[one][other]) {
        continue;
      }
      BitSet firsts = backward ? before(one) : places.follow.get(one);
      BitSet seconds = backward ? before(other) : places.follow.get(other);
      for (int i = firsts.nextSetBit(0); i >= 0; i = firsts.nextSetBit(i + 1)) {
        for (int j = seconds.nextSetBit(0); j >= 0; j = seconds.nextSetBit(j + 1)) {
          step();
          int next = i * count + j;
          if ((backward || meet[i][j]) && !reached.get(next)) {
            reached.set(next);
            open.add(next);
          }
        }
      }
    }
    return reached;
  }

  private BitSet before(int place) {
    BitSet before = new BitSet(count);
    for (int i = 0; i < count; i++) {
      before.set(i, places.follow.get(i).get(place));
    }
    return before;
  }

  /**
   * Whether one text leads from {@code from} to itself and to {@code to}, and from {@code to} to
   * itself.
   */
  private boolean changesAtAnyTime(int from, int to) {
    BitSet reached = new BitSet();
    Deque<int[]> open = new ArrayDeque<>();
    open.add(new int[] {from, from, to});
    while (!open.isEmpty()) {
      int[] triple = open.remove();
      BitSet firsts = places.follow.get(triple[0]);
      BitSet seconds = places.follow.get(triple[1]);
      BitSet thirds = places.follow.get(triple[2]);
      for (int i = firsts.nextSetBit(0); i >= 0; i = firsts.nextSetBit(i + 1)) {
        for (int j = seconds.nextSetBit(0); j >= 0; j = seconds.nextSetBit(j + 1)) {
          step();
          if (!meet[i][j]) {
            continue;
          }
          for (int k = thirds.nextSetBit(0); k >= 0; k = thirds.nextSetBit(k + 1)) {
            step();
            int key = (i * count + j) * count + k;
            if (meet[i][k] && meet[j][k] && !reached.get(key)) {
              if (i == from && j == to && k == to) {
                return true;
              }
              reached.set(key);
              open.add(new int[] {i, j, k});
            }
          }
        }
      }
    }
    return false;
  }
}
