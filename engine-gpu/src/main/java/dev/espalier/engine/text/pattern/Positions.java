package dev.espalier.engine.text.pattern;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The automaton of an expression whose states are the places of its characters (Glushkov): which
 * place may follow which, and behind which the expression is matched for certain.
 */
final class Positions {
  private static final int MOST = 150;

  final List<BitSet> samples = new ArrayList<>();
  final List<BitSet> follow = new ArrayList<>();

  /** Places behind which nothing can fail any more. */
  final BitSet accepting = new BitSet();

  private final BitSet recounted = new BitSet();

  /**
   * @param sure those of {@code last} behind which nothing of the part can fail
   */
  private record Part(BitSet first, BitSet last, BitSet sure, boolean isNullable) {}

  Positions(Expression expression) {
    Part whole = part(expression);
    accepting.or(whole.sure);
    if (recounted.stream().anyMatch(place -> !accepting.get(place))) {
      throw new PatternException(
          "repeats a repetition, which can be matched in exponentially many ways");
    }
  }

  /** Whether it may match nothing. */
  static boolean isNullable(Expression expression) {
    if (expression instanceof Expression.Sequence sequence) {
      return sequence.parts().stream().allMatch(Positions::isNullable);
    }
    if (expression instanceof Expression.Alternatives alternatives) {
      return alternatives.branches().stream().anyMatch(Positions::isNullable);
    }
    if (expression instanceof Expression.Repeat repeat) {
      return repeat.least() == 0 || isNullable(repeat.part());
    }
    return expression instanceof Expression.Condition;
  }

  private int place(BitSet characters) {
    if (samples.size() >= MOST) {
      throw new PatternException("is too large: it has more than " + MOST + " characters");
    }
    samples.add(characters);
    follow.add(new BitSet());
    return samples.size() - 1;
  }

  private Part part(Expression expression) {
    if (expression instanceof Expression.One one) {
      BitSet place = new BitSet();
      place.set(place(one.samples()));
      return new Part(place, place, place, false);
    }
    if (expression instanceof Expression.Recounted again) {
      Part part = repeat(new Expression.Repeat(again.part(), 1, Integer.MAX_VALUE));
      recounted.or(part.last);
      return part;
    }
    if (expression instanceof Expression.Sequence sequence) {
      return sequence(sequence.parts());
    }
    if (expression instanceof Expression.Alternatives alternatives) {
      return alternatives(alternatives.branches());
    }
    if (expression instanceof Expression.Repeat repeat) {
      return repeat(repeat);
    }
    return new Part(new BitSet(), new BitSet(), new BitSet(), true);
  }

  private Part sequence(List<Expression> parts) {
    BitSet first = new BitSet();
    BitSet last = new BitSet();
    BitSet sure = new BitSet();
    boolean isNullable = true;
    for (Expression expression : parts) {
      if (expression instanceof Expression.Condition) {
        sure = new BitSet();
        continue;
      }
      Part next = part(expression);
      connect(last, next.first);
      if (isNullable) {
        first.or(next.first);
      }
      last = next.isNullable ? union(last, next.last) : next.last;
      sure = next.isNullable ? union(sure, next.sure) : next.sure;
      isNullable &= next.isNullable;
    }
    return new Part(first, last, sure, isNullable);
  }

  private static BitSet union(BitSet some, BitSet more) {
    BitSet all = (BitSet) some.clone();
    all.or(more);
    return all;
  }

  private Part alternatives(List<Expression> branches) {
    Part all = new Part(new BitSet(), new BitSet(), new BitSet(), false);
    for (Expression branch : branches) {
      Part part = part(branch);
      all =
          new Part(
              union(all.first, part.first),
              union(all.last, part.last),
              union(all.sure, part.sure),
              all.isNullable || part.isNullable);
    }
    return all;
  }

  private Part repeat(Expression.Repeat repeat) {
    if (repeat.most() == Integer.MAX_VALUE) {
      Part part = part(repeat.part());
      if (part.last.stream().anyMatch(place -> follow.get(place).intersects(part.first))) {
        // As in (a+)+: to go on inside is to begin again, too.
        throw new PatternException(
            "repeats a repetition, which can be matched in exponentially many ways");
      }
      connect(part.last, part.first);
      return new Part(part.first, part.last, part.sure, part.isNullable || repeat.least() == 0);
    }
    List<Expression> copies = new ArrayList<>();
    for (int i = 0; i < repeat.most(); i++) {
      copies.add(
          i < repeat.least()
              ? repeat.part()
              : new Expression.Alternatives(
                  List.of(repeat.part(), new Expression.Sequence(List.of()))));
    }
    return sequence(copies);
  }

  private void connect(BitSet from, BitSet to) {
    from.stream().forEach(place -> follow.get(place).or(to));
  }
}
