package dev.espalier.engine.constrain.network;

import dev.espalier.engine.constrain.automaton.AutomatonLimitException;
import dev.espalier.engine.constrain.automaton.CompilationBudget;
import dev.espalier.engine.constrain.automaton.Dfa;
import dev.espalier.engine.constrain.automaton.Nfa;
import dev.espalier.engine.constrain.automaton.SymbolSet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes one automaton of each rule, over bytes and calls, and copies rules that do not call
 * themselves to where they are called, as far as the automata stay small. What remains is a
 * recursive transition network (Woods, "Transition network grammars for natural language analysis",
 * 1970); without recursion often a single automaton.
 */
public final class RuleReducer {
  /** The symbol of a call to rule r is this plus r; smaller symbols are bytes. */
  static final int FIRST_CALL = 256;

  /** How large a rule may be to be copied, tried in turn until all automata are small enough. */
  private static final int[] INLINE_LIMITS = {20_000, 500, 32};

  /** An automaton under construction with more states than this gets no further copies. */
  private static final int MAX_INLINED_STATES = 100_000;

  /** An attempt to copy rules may take so large a part of the steps. */
  private static final int ATTEMPT = 6;

  private final RuleSet rules;
  private final CompilationBudget budget;
  private final BitSet productive;

  /** Of each rule the first one that has the very same right-hand side. */
  private final Map<Integer, Integer> sameAs = new HashMap<>();

  private RuleReducer(RuleSet rules, int root, CompilationBudget budget) {
    this.rules = rules;
    this.budget = budget;
    this.productive = rules.productive(root, budget);
  }

  /**
   * The network of what {@code root} stands for. All rules that it calls are defined.
   *
   * @throws AutomatonLimitException if the rules are too large
   */
  public static Network reduce(RuleSet rules, int root, CompilationBudget budget) {
    RuleReducer reducer = new RuleReducer(rules, root, budget);
    List<Integer> order = new ArrayList<>();
    reducer.visit(root, order);
    Map<Expression, Integer> firstWithBody = new HashMap<>();
    for (int rule : order) {
      Integer first = firstWithBody.putIfAbsent(rules.body(rule), rule);
      reducer.sameAs.put(rule, first == null ? rule : first);
    }
    BitSet recursive = reducer.recursive(order);
    for (int limit : INLINE_LIMITS) {
      try {
        return reducer.build(root, order, recursive, limit, budget.attempt(ATTEMPT));
      } catch (AutomatonLimitException e) {
        // the next attempt copies less; if the whole has no steps left, it ends at once
      }
    }
    return reducer.build(root, order, recursive, 0, budget);
  }

  /** Lists what {@code root} calls, directly or not, each after what it calls, and itself last. */
  private void visit(int root, List<Integer> order) {
    BitSet visited = new BitSet();
    visited.set(root);
    Deque<Integer> open = new ArrayDeque<>(List.of(root));
    Deque<Iterator<Integer>> callees = new ArrayDeque<>();
    callees.push(RuleSet.calls(rules.body(root)).iterator());
    while (!open.isEmpty()) {
      if (!callees.element().hasNext()) {
        callees.pop();
        order.add(open.pop());
        continue;
      }
      budget.spend(1);
      int callee = callees.element().next();
      if (productive.get(callee) && !visited.get(callee)) {
        visited.set(callee);
        open.push(callee);
        callees.push(RuleSet.calls(rules.body(callee)).iterator());
      }
    }
  }

  /** The rules that call themselves, directly or not. */
  private BitSet recursive(List<Integer> order) {
    Map<Integer, BitSet> reached = new LinkedHashMap<>();
    for (int rule : order) {
      BitSet direct = new BitSet();
      RuleSet.calls(rules.body(rule)).stream().filter(productive::get).forEach(direct::set);
      reached.put(rule, direct);
    }
    for (int through : order) {
      budget.spend(order.size());
      for (int rule : order) {
        if (reached.get(rule).get(through)) {
          budget.spend(1 + order.size() / 64);
          reached.get(rule).or(reached.get(through));
        }
      }
    }
    BitSet recursive = new BitSet();
    for (int rule : order) {
      recursive.set(rule, reached.get(rule).get(rule));
    }
    return recursive;
  }

  private Network build(
      int root, List<Integer> order, BitSet recursive, int inlineLimit, CompilationBudget steps) {
    Map<Integer, Dfa> automata = new TreeMap<>();
    for (int rule : order) {
      if (sameAs.get(rule) != rule) {
        continue;
      }
      Assembly assembly = new Assembly(automata, recursive, inlineLimit, steps);
      int end = assembly.nfa.addState();
      assembly.connect(0, rules.body(rule), end);
      assembly.nfa.accept(end);
      automata.put(rule, steps.keep(assembly.nfa.toDfa()));
    }
    Map<Integer, Dfa> called = new TreeMap<>();
    collect(sameAs.get(root), automata, called);
    return new Network(called, sameAs.get(root), steps);
  }

  private static void collect(int rule, Map<Integer, Dfa> automata, Map<Integer, Dfa> called) {
    List<Integer> pending = new ArrayList<>(List.of(rule));
    while (!pending.isEmpty()) {
      int next = pending.remove(pending.size() - 1);
      if (called.putIfAbsent(next, automata.get(next)) == null) {
        Dfa dfa = automata.get(next);
        for (int c = 0; c < dfa.classCount(); c++) {
          SymbolSet set = dfa.symbols(c);
          for (int range = 0; range < set.rangeCount(); range++) {
            for (int s = Math.max(FIRST_CALL, set.first(range)); s <= set.last(range); s++) {
              pending.add(s - FIRST_CALL);
            }
          }
        }
      }
    }
  }

  /** The automaton of one rule under construction. */
  private final class Assembly {
    private final CompilationBudget steps;
    private final Nfa nfa;
    private final Map<Integer, Dfa> automata;
    private final BitSet recursive;
    private final int inlineLimit;

    private Assembly(
        Map<Integer, Dfa> automata, BitSet recursive, int inlineLimit, CompilationBudget steps) {
      this.steps = steps;
      this.nfa = new Nfa(steps);
      this.automata = automata;
      this.recursive = recursive;
      this.inlineLimit = inlineLimit;
    }

    /** Adds ways from {@code from} to {@code to} for what {@code expression} stands for. */
    private void connect(int from, Expression expression, int to) {
      if (expression instanceof Expression.Bytes terminal) {
        nfa.embed(from, terminal.dfa(), to);
      } else if (expression instanceof Expression.Literal literal) {
        connectLiteral(from, literal.text(), to);
      } else if (expression instanceof Expression.Sequence sequence) {
        int state = from;
        for (Expression part : sequence.parts()) {
          int next = nfa.addState();
          connect(state, part, next);
          state = next;
        }
        nfa.epsilon(state, to);
      } else if (expression instanceof Expression.Choice choice) {
        choice.branches().forEach(branch -> connect(from, branch, to));
      } else if (expression instanceof Expression.Repeat repeat) {
        connectRepeat(from, repeat, to);
      } else if (expression instanceof Expression.Call call) {
        connectCall(from, call, to);
      } else if (expression instanceof Expression.Graph graph) {
        steps.spend(8L * graph.edges().size());
        int[] states = new int[graph.nodeCount()];
        for (int node = 0; node < states.length; node++) {
          states[node] = nfa.addState();
        }
        nfa.epsilon(from, states[0]);
        graph.edges().forEach(e -> connect(states[e.from()], e.label(), states[e.to()]));
        graph.accepting().stream().forEach(node -> nfa.epsilon(states[node], to));
      }
    }

    private void connectLiteral(int from, String text, int to) {
      int state = from;
      for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
        int next = nfa.addState();
        nfa.edge(state, SymbolSet.of(b & 0xFF), next);
        state = next;
      }
      nfa.epsilon(state, to);
    }

    private void connectCall(int from, Expression.Call call, int to) {
      if (!productive.get(call.rule())) {
        return;
      }
      int rule = sameAs.get(call.rule());
      Dfa callee = automata.get(rule);
      if (call.mayInline()
          && !recursive.get(rule)
          && callee.stateCount() <= inlineLimit
          && nfa.stateCount() + callee.stateCount() <= MAX_INLINED_STATES) {
        nfa.embed(from, callee, to);
      } else {
        nfa.edge(from, SymbolSet.of(FIRST_CALL + rule), to);
      }
    }

    private void connectRepeat(int from, Expression.Repeat repeat, int to) {
      int state = nfa.addState();
      nfa.epsilon(from, state);
      for (int i = 0; i < repeat.minimum(); i++) {
        int next = nfa.addState();
        connect(state, repeat.part(), next);
        state = next;
      }
      if (repeat.maximum() < 0) {
        int loop = nfa.addState();
        int again = nfa.addState();
        nfa.epsilon(state, loop);
        connect(loop, repeat.part(), again);
        nfa.epsilon(again, loop);
        nfa.epsilon(loop, to);
        return;
      }
      for (int i = repeat.minimum(); i < repeat.maximum(); i++) {
        int next = nfa.addState();
        nfa.epsilon(state, to);
        connect(state, repeat.part(), next);
        state = next;
      }
      nfa.epsilon(state, to);
    }
  }
}
