package dev.espalier.engine.constrain.network;

import dev.espalier.engine.constrain.automaton.CompilationBudget;
import dev.espalier.engine.constrain.automaton.Dfa;
import dev.espalier.engine.constrain.automaton.SymbolSet;
import dev.espalier.engine.constrain.automaton.Utf8;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Rules by number, which call each other. Not thread-safe. */
public final class RuleSet {
  private final List<String> names = new ArrayList<>();
  private final List<Expression> bodies = new ArrayList<>();

  /** A new rule without a body, which must be given later by {@link #define}. */
  public int declare(String name) {
    names.add(name);
    bodies.add(null);
    return bodies.size() - 1;
  }

  public void define(int rule, Expression body) {
    bodies.set(rule, body);
  }

  public int add(String name, Expression body) {
    int rule = declare(name);
    define(rule, body);
    return rule;
  }

  public int size() {
    return bodies.size();
  }

  public String name(int rule) {
    return names.get(rule);
  }

  /** The body of {@code rule}, or null if it is not defined yet. */
  public Expression body(int rule) {
    return bodies.get(rule);
  }

  /**
   * The rules that stand for at least one text, of {@code root} and those that it calls, directly
   * or not; a rule that is not defined yet may be one.
   */
  public BitSet productive(int root, CompilationBudget budget) {
    BitSet called = new BitSet();
    called.set(root);
    List<Integer> pending = new ArrayList<>(List.of(root));
    while (!pending.isEmpty()) {
      Expression body = body(pending.remove(pending.size() - 1));
      if (body != null) {
        List<Integer> callees = calls(body);
        budget.spend(1L + callees.size());
        for (int callee : callees) {
          if (!called.get(callee)) {
            called.set(callee);
            pending.add(callee);
          }
        }
      }
    }
    BitSet productive = new BitSet();
    boolean grows = true;
    while (grows) {
      grows = false;
      for (int rule = called.length(); (rule = called.previousSetBit(rule - 1)) >= 0; ) {
        if (!productive.get(rule)
            && (body(rule) == null || isProductive(body(rule), productive, budget))) {
          productive.set(rule);
          grows = true;
        }
      }
    }
    return productive;
  }

  private static boolean isProductive(
      Expression expression, BitSet productive, CompilationBudget budget) {
    budget.spend(4);
    if (expression instanceof Expression.Bytes bytes) {
      return !bytes.dfa().isEmpty();
    } else if (expression instanceof Expression.Literal) {
      return true;
    } else if (expression instanceof Expression.Sequence sequence) {
      return sequence.parts().stream().allMatch(part -> isProductive(part, productive, budget));
    } else if (expression instanceof Expression.Choice choice) {
      return choice.branches().stream()
          .anyMatch(branch -> isProductive(branch, productive, budget));
    } else if (expression instanceof Expression.Repeat repeat) {
      return repeat.minimum() == 0 || isProductive(repeat.part(), productive, budget);
    } else if (expression instanceof Expression.Call call) {
      return productive.get(call.rule());
    }
    return isProductive((Expression.Graph) expression, productive, budget);
  }

  private static boolean isProductive(
      Expression.Graph graph, BitSet productive, CompilationBudget budget) {
    BitSet reached = new BitSet();
    reached.set(0);
    boolean grows = true;
    while (grows) {
      grows = false;
      budget.spend(graph.edges().size());
      for (Expression.Edge edge : graph.edges()) {
        if (reached.get(edge.from())
            && !reached.get(edge.to())
            && isProductive(edge.label(), productive, budget)) {
          reached.set(edge.to());
          grows = true;
        }
      }
    }
    return reached.intersects(graph.accepting());
  }

  /** The same rules for the texts that have no bytes but {@code bytes}. */
  public RuleSet restrictedTo(SymbolSet bytes, CompilationBudget budget) {
    RuleSet restricted = new RuleSet();
    Dfa texts = Dfa.repeat(bytes, 0, budget);
    for (int rule = 0; rule < size(); rule++) {
      restricted.add(name(rule), restricted(body(rule), texts, budget));
    }
    return restricted;
  }

  private static Expression restricted(Expression expression, Dfa texts, CompilationBudget budget) {
    if (expression instanceof Expression.Bytes bytes) {
      return new Expression.Bytes(budget.keep(bytes.dfa().intersect(texts, budget)));
    } else if (expression instanceof Expression.Literal literal) {
      return texts.matches(Utf8.bytes(literal.text())) ? literal : Expression.NOTHING;
    } else if (expression instanceof Expression.Sequence sequence) {
      return new Expression.Sequence(
          sequence.parts().stream().map(part -> restricted(part, texts, budget)).toList());
    } else if (expression instanceof Expression.Choice choice) {
      return new Expression.Choice(
          choice.branches().stream().map(branch -> restricted(branch, texts, budget)).toList());
    } else if (expression instanceof Expression.Repeat repeat) {
      return new Expression.Repeat(
          restricted(repeat.part(), texts, budget), repeat.minimum(), repeat.maximum());
    } else if (expression instanceof Expression.Graph graph) {
      return new Expression.Graph(
          graph.edges().stream()
              .map(e -> new Expression.Edge(e.from(), restricted(e.label(), texts, budget), e.to()))
              .toList(),
          graph.accepting());
    }
    return expression;
  }

  /** The rules that {@code expression} calls, in order, with repetitions. */
  public static List<Integer> calls(Expression expression) {
    List<Integer> calls = new ArrayList<>();
    collectCalls(expression, calls);
    return calls;
  }

  private static void collectCalls(Expression expression, List<Integer> calls) {
    if (expression instanceof Expression.Sequence sequence) {
      sequence.parts().forEach(part -> collectCalls(part, calls));
    } else if (expression instanceof Expression.Choice choice) {
      choice.branches().forEach(branch -> collectCalls(branch, calls));
    } else if (expression instanceof Expression.Repeat repeat) {
      collectCalls(repeat.part(), calls);
    } else if (expression instanceof Expression.Call call) {
      calls.add(call.rule());
    } else if (expression instanceof Expression.Graph graph) {
      graph.edges().forEach(edge -> collectCalls(edge.label(), calls));
    }
  }
}
