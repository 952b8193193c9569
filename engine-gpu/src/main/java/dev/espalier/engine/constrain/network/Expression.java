package dev.espalier.engine.constrain.network;

import dev.espalier.engine.constrain.automaton.Dfa;
import dev.espalier.engine.constrain.automaton.SymbolSet;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Function;

/** The right-hand side of a rule: which byte sequences it stands for. Immutable. */
public sealed interface Expression {

  /** The byte sequences that {@code dfa} accepts. */
  record Bytes(Dfa dfa) implements Expression {}

  record Literal(String text) implements Expression {}

  /** All of {@code parts} in turn; the empty text if there are none. */
  record Sequence(List<Expression> parts) implements Expression {
    public Sequence {
      parts = List.copyOf(parts);
    }
  }

  /** One of {@code branches}; no text at all if there are none. */
  record Choice(List<Expression> branches) implements Expression {
    public Choice {
      branches = List.copyOf(branches);
    }
  }

  /**
   * @param maximum -1 is without end
   */
  record Repeat(Expression part, int minimum, int maximum) implements Expression {}

  /**
   * What a rule stands for.
   *
   * @param mayInline whether the rule may be copied to the place of the call
   */
  record Call(int rule, boolean mayInline) implements Expression {
    public Call(int rule) {
      this(rule, true);
    }
  }

  /** All ways from node 0 to an accepting node. */
  record Graph(List<Edge> edges, BitSet accepting) implements Expression {
    public Graph {
      edges = List.copyOf(edges);
    }

    int nodeCount() {
      int count = Math.max(1, accepting.length());
      for (Edge edge : edges) {
        count = Math.max(count, 1 + Math.max(edge.from(), edge.to()));
      }
      return count;
    }
  }

  /** One edge of a {@link Graph}. */
  record Edge(int from, Expression label, int to) {}

  Expression EMPTY = new Sequence(List.of());
  Expression NOTHING = new Choice(List.of());

  static Expression sequence(Expression... parts) {
    return new Sequence(List.of(parts));
  }

  static Expression choice(Expression... branches) {
    return new Choice(List.of(branches));
  }

  static Expression optional(Expression part) {
    return new Repeat(part, 0, 1);
  }

  /**
   * What the code points of {@code dfa} stand for, with a call for each code point, for automata
   * that are too large as one over bytes.
   *
   * @param rules receives a rule for each set of code points
   * @param spelling the rule body for a set of code points
   */
  static Expression ofCodePoints(Dfa dfa, RuleSet rules, Function<SymbolSet, Expression> spelling) {
    if (dfa.isEmpty()) {
      return NOTHING;
    }
    int[] ruleOfClass = new int[dfa.classCount()];
    for (int c = 0; c < ruleOfClass.length; c++) {
      ruleOfClass[c] = rules.add("characters " + c, spelling.apply(dfa.symbols(c)));
    }
    List<Edge> edges = new ArrayList<>();
    BitSet accepting = new BitSet();
    for (int state = 0; state < dfa.stateCount(); state++) {
      accepting.set(state, dfa.accepts(state));
      for (int c = 0; c < ruleOfClass.length; c++) {
        if (dfa.next(state, c) >= 0) {
          edges.add(new Edge(state, new Call(ruleOfClass[c], false), dfa.next(state, c)));
        }
      }
    }
    return new Graph(edges, accepting);
  }
}
