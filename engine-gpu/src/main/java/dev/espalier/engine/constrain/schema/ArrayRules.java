package dev.espalier.engine.constrain.schema;

import dev.espalier.engine.constrain.network.Expression;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Expressions for arrays: a walk over how many elements there are, and how many of a kind. */
final class ArrayRules {
  static final Expression COMMA =
      Expression.sequence(
          new Expression.Literal(","), Expression.optional(new Expression.Literal(" ")));

  private static final int MAX_NODES = 50_000;

  private final SchemaCompiler compiler;

  ArrayRules(SchemaCompiler compiler) {
    this.compiler = compiler;
  }

  Expression expression(ArrayFacts facts) {
    ArrayFacts.Contains kind = onlyKind(facts);
    if (facts.unique() != null && (facts.maxItems() < 0 || facts.maxItems() > 1)) {
      throw new SchemaException(
          facts.unique(), "'uniqueItems' is not supported for more than one element; leave it out");
    }
    return new Grid(facts, kind).expression();
  }

  /** The keyword contains, if there is one that says something. */
  private static ArrayFacts.Contains onlyKind(ArrayFacts facts) {
    List<ArrayFacts.Contains> kinds =
        facts.contains().stream().filter(k -> k.minimum() > 0 || k.maximum() >= 0).toList();
    if (kinds.size() > 1) {
      throw new SchemaException(
          kinds.get(1).term().node().pointer(),
          "several 'contains' for the same array are not supported");
    }
    return kinds.isEmpty() ? null : kinds.get(0);
  }

  /** Nodes (elements so far, elements of the kind so far), each count up to where it matters. */
  private final class Grid {
    private final ArrayFacts facts;
    private final ArrayFacts.Contains kind;
    private final int lastCount;
    private final int lastOfKind;
    private final List<Expression.Edge> edges = new ArrayList<>();
    private final BitSet accepting = new BitSet();

    private Grid(ArrayFacts facts, ArrayFacts.Contains kind) {
      this.facts = facts;
      this.kind = kind;
      int prefix = facts.elements().stream().mapToInt(e -> e.prefix().size()).max().orElse(0);
      this.lastCount =
          facts.maxItems() >= 0
              ? facts.maxItems()
              : Math.max(1, Math.max(prefix, facts.minItems()));
      this.lastOfKind = kind == null ? 0 : kind.maximum() >= 0 ? kind.maximum() : kind.minimum();
      if ((long) (lastCount + 1) * (lastOfKind + 1) > MAX_NODES) {
        throw new SchemaException(
            "", "an array with counts up to " + lastCount + " is too large; lower its bounds");
      }
    }

    private int node(int count, int ofKind) {
      return count * (lastOfKind + 1) + ofKind;
    }

    private Expression expression() {
      for (int count = 0; count <= lastCount; count++) {
        for (int ofKind = 0; ofKind <= lastOfKind; ofKind++) {
          if (count >= facts.minItems() && (kind == null || ofKind >= kind.minimum())) {
            accepting.set(node(count, ofKind));
          }
          if (count < lastCount || facts.maxItems() < 0) {
            addElement(count, ofKind);
          }
        }
      }
      return Expression.sequence(
          new Expression.Literal("["),
          accepting.isEmpty() ? Expression.NOTHING : new Expression.Graph(edges, accepting),
          new Expression.Literal("]"));
    }

    private void addElement(int count, int ofKind) {
      int next = Math.min(count + 1, lastCount);
      List<Term> terms = new ArrayList<>();
      for (ArrayFacts.Elements elements : facts.elements()) {
        if (elements.at(count) != null) {
          terms.add(elements.at(count));
        }
      }
      if (kind == null) {
        edge(count, ofKind, terms, node(next, 0));
        return;
      }
      List<Term> inKind = new ArrayList<>(terms);
      inKind.add(kind.term());
      if (ofKind < lastOfKind) {
        edge(count, ofKind, inKind, node(next, ofKind + 1));
      }
      if (kind.maximum() >= 0) {
        // Too many of the kind would be wrong, so an element that is not counted is none of it.
        List<Term> notInKind = new ArrayList<>(terms);
        notInKind.add(kind.term().negate());
        edge(count, ofKind, notInKind, node(next, ofKind));
      } else {
        edge(count, ofKind, terms, node(next, ofKind));
      }
    }

    private void edge(int count, int ofKind, List<Term> terms, int to) {
      Expression element = new Expression.Call(compiler.rule(terms));
      edges.add(
          new Expression.Edge(
              node(count, ofKind), count == 0 ? element : Expression.sequence(COMMA, element), to));
    }
  }
}
