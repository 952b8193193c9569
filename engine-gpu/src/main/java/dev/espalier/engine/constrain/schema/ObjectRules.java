package dev.espalier.engine.constrain.schema;

import dev.espalier.engine.constrain.automaton.Dfa;
import dev.espalier.engine.constrain.automaton.SymbolSet;
import dev.espalier.engine.constrain.network.Expression;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Expressions for objects: a walk over the members that the schema names, in order, and then over
 * others, together with how many there were.
 */
final class ObjectRules {
  private static final int MAX_NODES = 50_000;
  private static final int MAX_REGIONS = 64;
  private static final Expression COLON =
      Expression.sequence(
          new Expression.Literal(":"), Expression.optional(new Expression.Literal(" ")));

  private final SchemaCompiler compiler;

  ObjectRules(SchemaCompiler compiler) {
    this.compiler = compiler;
  }

  /**
   * Members that the schema does not name but treats alike.
   *
   * @param names as code points
   * @param patterns pointers of the patterns that match the names
   */
  private record Region(Dfa names, Set<String> patterns) {}

  Expression expression(ObjectFacts facts) {
    Set<String> named = new LinkedHashSet<>();
    facts.members().forEach(members -> named.addAll(members.properties().keySet()));
    named.addAll(facts.required());
    Dfa allowedNames =
        facts.names().isEmpty()
            ? Dfa.repeat(SymbolSet.CODE_POINTS, 0, compiler.budget())
            : compiler.strings(facts.names());
    Walk walk = new Walk(facts, named.size());
    int place = 0;
    for (String name : named) {
      List<Term> terms = new ArrayList<>();
      facts.members().forEach(members -> terms.addAll(members.termsOf(name)));
      if (!allowedNames.matches(name)) {
        terms.add(Dependency.NOTHING);
      }
      walk.addNamed(place++, name, terms);
    }
    for (Region region : regions(facts, allowedNames.minus(words(named), compiler.budget()))) {
      List<Term> terms = new ArrayList<>();
      facts.members().forEach(members -> terms.addAll(termsIn(members, region)));
      if (!isImpossible(terms)) {
        walk.addOthers(region.names(), terms);
      }
    }
    return walk.expression();
  }

  private Dfa words(Set<String> names) {
    return Dfa.ofWords(
        names.stream().map(name -> name.codePoints().toArray()).toList(), compiler.budget());
  }

  private static boolean isImpossible(List<Term> terms) {
    return terms.stream()
        .anyMatch(
            term ->
                term.node().json().isBoolean()
                    && term.node().json().booleanValue() == term.negated());
  }

  /** Splits {@code names} by which patterns match. */
  private List<Region> regions(ObjectFacts facts, Dfa names) {
    List<Region> regions = List.of(new Region(names, Set.of()));
    for (ObjectFacts.Members members : facts.members()) {
      for (ObjectFacts.PatternTerm pattern : members.patterns()) {
        List<Region> split = new ArrayList<>();
        for (Region region : regions) {
          Set<String> matched = new LinkedHashSet<>(region.patterns());
          matched.add(pattern.pointer());
          split.add(
              new Region(region.names().intersect(pattern.names(), compiler.budget()), matched));
          split.add(
              new Region(
                  region.names().minus(pattern.names(), compiler.budget()), region.patterns()));
        }
        regions = split.stream().filter(region -> !region.names().isEmpty()).toList();
        if (regions.size() > MAX_REGIONS) {
          throw new SchemaException(pattern.pointer(), "too many patterns that overlap");
        }
      }
    }
    return regions.stream().filter(region -> !region.names().isEmpty()).toList();
  }

  private static List<Term> termsIn(ObjectFacts.Members members, Region region) {
    List<Term> terms = new ArrayList<>();
    for (ObjectFacts.PatternTerm pattern : members.patterns()) {
      if (region.patterns().contains(pattern.pointer())) {
        terms.add(pattern.term());
      }
    }
    if (terms.isEmpty() && members.rest() != null) {
      terms.add(members.rest());
    }
    return terms;
  }

  /** Nodes (named members passed, members so far), the latter up to where it matters. */
  private final class Walk {
    private final ObjectFacts facts;
    private final int named;
    private final int minimum;
    private final int last;
    private final List<Expression.Edge> edges = new ArrayList<>();

    private Walk(ObjectFacts facts, int named) {
      this.facts = facts;
      this.named = named;
      this.minimum = facts.minProperties() <= facts.required().size() ? 0 : facts.minProperties();
      this.last = facts.maxProperties() >= 0 ? facts.maxProperties() : Math.max(1, minimum);
      if ((long) (named + 1) * (last + 1) > MAX_NODES) {
        throw new SchemaException(
            facts.minPointer(), "an object with so many members is too large; lower its bounds");
      }
    }

    private int node(int place, int count) {
      return place * (last + 1) + count;
    }

    private void addNamed(int place, String name, List<Term> terms) {
      Expression key = new Expression.Literal(JsonValues.quoted(name));
      Expression value = new Expression.Call(compiler.rule(terms));
      for (int count = 0; count <= last; count++) {
        if (!facts.required().contains(name)) {
          edges.add(
              new Expression.Edge(node(place, count), Expression.EMPTY, node(place + 1, count)));
        }
        addMember(place, count, key, value, place + 1);
      }
    }

    private void addOthers(Dfa names, List<Term> terms) {
      if (minimum > facts.required().size() + 1) {
        throw new SchemaException(
            facts.minPointer(),
            "'minProperties' is not supported with members that the schema does not name, which"
                + " could come twice; set additionalProperties to false, or name members in"
                + " required");
      }
      Expression key =
          ScalarRules.quoted(
              new Expression.Bytes(
                  compiler
                      .budget()
                      .keep(JsonStringEncoding.INSTANCE.encode(names, compiler.budget()))));
      Expression value = new Expression.Call(compiler.rule(terms));
      for (int count = 0; count <= last; count++) {
        addMember(named, count, key, value, named);
      }
    }

    private void addMember(int place, int count, Expression key, Expression value, int nextPlace) {
      if (count == last && facts.maxProperties() >= 0) {
        return;
      }
      Expression member = Expression.sequence(key, COLON, value);
      edges.add(
          new Expression.Edge(
              node(place, count),
              count == 0 ? member : Expression.sequence(ArrayRules.COMMA, member),
              node(nextPlace, Math.min(count + 1, last))));
    }

    private Expression expression() {
      BitSet accepting = new BitSet();
      for (int count = minimum; count <= last; count++) {
        accepting.set(node(named, count));
      }
      return Expression.sequence(
          new Expression.Literal("{"),
          accepting.isEmpty() ? Expression.NOTHING : new Expression.Graph(edges, accepting),
          new Expression.Literal("}"));
    }
  }
}
