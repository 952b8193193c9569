package dev.espalier.engine.constrain.automaton;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The smallest automaton of a list of words, built word by word, so that a long list of words that
 * end alike never takes more memory than its automaton (Daciuk, Mihov, Watson and Watson,
 * "Incremental construction of minimal acyclic finite-state automata", 2000).
 */
final class WordAutomaton {
  private final CompilationBudget budget;
  private final Map<List<Integer>, Node> known = new HashMap<>();
  private int edges;

  WordAutomaton(CompilationBudget budget) {
    this.budget = budget;
  }

  /** A state; the words that go on from it are added in order, so the last edge alone changes. */
  private static final class Node {
    private final List<Integer> symbols = new ArrayList<>(2);
    private final List<Node> targets = new ArrayList<>(2);
    private boolean accepting;
    private int number = -1;
  }

  Dfa of(Collection<int[]> words) {
    int[][] sorted = words.toArray(int[][]::new);
    Arrays.sort(sorted, Arrays::compare);
    List<Node> path = new ArrayList<>(List.of(new Node()));
    int[] last = {};
    for (int[] word : sorted) {
      budget.spend(1L + 4L * word.length);
      int mismatch = Arrays.mismatch(last, word);
      int common = mismatch < 0 ? word.length : mismatch;
      settle(path, common);
      for (int i = common; i < word.length; i++) {
        Node next = new Node();
        path.get(i).symbols.add(word[i]);
        path.get(i).targets.add(next);
        path.add(next);
        if (++edges > Dfa.MAX_EDGES) {
          throw new AutomatonLimitException("more than " + Dfa.MAX_EDGES + " edges");
        }
      }
      path.get(word.length).accepting = true;
      last = word;
    }
    settle(path, 0);
    return sorted.length == 0 ? Dfa.NOTHING : DfaMinimizer.minimize(table(path.get(0)), budget);
  }

  /** Replaces the states of the path beyond {@code depth}, which are complete, by known ones. */
  private void settle(List<Node> path, int depth) {
    for (int i = path.size() - 1; i > depth; i--) {
      Node node = path.remove(i);
      List<Integer> kind = new ArrayList<>(1 + 2 * node.symbols.size());
      kind.add(node.accepting ? 1 : 0);
      kind.addAll(node.symbols);
      node.targets.forEach(target -> kind.add(target.number));
      budget.spend(2L * kind.size());
      Node same = known.get(kind);
      if (same == null) {
        node.number = known.size();
        if (node.number == Dfa.MAX_STATES) {
          throw new AutomatonLimitException("more than " + Dfa.MAX_STATES + " states");
        }
        known.put(kind, node);
      } else {
        edges -= node.symbols.size();
        List<Node> siblings = path.get(i - 1).targets;
        siblings.set(siblings.size() - 1, same);
      }
    }
  }

  private Dfa table(Node start) {
    List<Node> nodes = new ArrayList<>(List.of(start));
    known.values().forEach(node -> node.number = -1);
    start.number = 0;
    for (int i = 0; i < nodes.size(); i++) {
      for (Node target : nodes.get(i).targets) {
        if (target.number < 0) {
          target.number = nodes.size();
          nodes.add(target);
        }
      }
    }
    int[] alphabet =
        nodes.stream().flatMap(n -> n.symbols.stream()).mapToInt(s -> s).distinct().toArray();
    List<SymbolSet> sets = Arrays.stream(alphabet).mapToObj(SymbolSet::of).toList();
    SymbolClasses classes = SymbolClasses.refine(sets, budget).classes();
    if ((long) nodes.size() * classes.count() > Dfa.MAX_CELLS) {
      throw new AutomatonLimitException(
          nodes.size() + " states over " + classes.count() + " characters");
    }
    int[] table = new int[nodes.size() * classes.count()];
    Arrays.fill(table, -1);
    boolean[] accepting = new boolean[nodes.size()];
    for (Node node : nodes) {
      accepting[node.number] = node.accepting;
      for (int i = 0; i < node.symbols.size(); i++) {
        table[node.number * classes.count() + classes.classOf(node.symbols.get(i))] =
            node.targets.get(i).number;
      }
    }
    return new Dfa(classes, table, accepting);
  }
}
