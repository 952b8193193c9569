package dev.espalier.engine.constrain.schema;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.engine.constrain.automaton.CompilationBudget;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Resolves what is made of other schemas ($ref, allOf, anyOf, oneOf, not, if, dependent schemas):
 * says of a term which lists of plain assertions it stands for. A value meets the term just if it
 * meets one of them.
 */
final class Alternatives {
  private static final int MAX_ALTERNATIVES = 500;

  /** Of $ref, allOf, anyOf, oneOf, not and if within each other; bounds the stack. */
  private static final int MAX_DEPTH = 300;

  private final SchemaDocument document;
  private final SchemaReader reader;
  private final CompilationBudget budget;
  private final DisjointnessProof disjointness;
  private final Map<Term, List<Assertions>> known = new HashMap<>();
  private final Set<Term> active = new LinkedHashSet<>();

  /** Shows that no value meets several terms at once. */
  interface DisjointnessProof {
    /** Whether it is certain that no value meets all of {@code terms}. */
    boolean areDisjoint(List<Term> terms);
  }

  Alternatives(SchemaDocument document, DisjointnessProof disjointness, CompilationBudget budget) {
    this.document = document;
    this.budget = budget;
    this.reader = new SchemaReader(budget);
    this.disjointness = disjointness;
  }

  /** The alternatives of a value that meets all of {@code terms}. */
  List<Assertions> ofAll(List<Term> terms) {
    List<Assertions> all = List.of(Assertions.NONE);
    for (Term term : terms) {
      all = both(all, of(term), term.node().pointer());
    }
    return all;
  }

  List<Assertions> of(Term term) {
    List<Assertions> found = known.get(term);
    if (found == null) {
      if (!active.add(term)) {
        throw new SchemaException(
            term.node().pointer(), "the schema refers to itself without a member in between");
      }
      if (active.size() > MAX_DEPTH) {
        throw new SchemaException(
            term.node().pointer(),
            "more than " + MAX_DEPTH + " schemas within each other, references counted");
      }
      try {
        found = term.negated() ? negative(term.node()) : positive(term.node());
      } finally {
        active.remove(term);
      }
      known.put(term, found);
    }
    return found;
  }

  /** Every alternative of {@code a} together with every one of {@code b}. */
  private List<Assertions> both(List<Assertions> a, List<Assertions> b, String pointer) {
    List<Assertions> both = new ArrayList<>();
    for (Assertions first : a) {
      for (Assertions second : b) {
        budget.spend(first.size() + second.size());
        Assertions merged = first.and(second);
        if (!merged.isImpossible()) {
          both.add(merged);
        }
        if (both.size() > MAX_ALTERNATIVES) {
          throw new SchemaException(
              pointer, "more than " + MAX_ALTERNATIVES + " combinations of alternatives");
        }
      }
    }
    return both;
  }

  private List<Assertions> positive(SchemaNode node) {
    if (node.json().isBoolean()) {
      return node.json().booleanValue() ? List.of(Assertions.NONE) : List.of();
    }
    List<Assertions> all = both(List.of(reader.read(node)), values(node), node.pointer());
    for (Term term : conjuncts(node)) {
      all = both(all, of(term), node.pointer());
    }
    if (node.has("anyOf")) {
      List<Assertions> any = new ArrayList<>();
      children(node, "anyOf").forEach(child -> any.addAll(of(Term.of(child))));
      all = both(all, any, node.pointerTo("anyOf"));
    }
    if (node.has("oneOf")) {
      all = both(all, exactlyOne(node), node.pointerTo("oneOf"));
    }
    if (node.has("if") && (node.has("then") || node.has("else"))) {
      Term condition = Term.of(node.child("if"));
      List<Assertions> either = new ArrayList<>();
      either.addAll(branch(node, condition, "then"));
      either.addAll(branch(node, condition.negate(), "else"));
      all = both(all, either, node.pointerTo("if"));
    }
    for (Dependency dependency : Dependency.of(node)) {
      all = both(all, withDependency(dependency), node.pointer());
    }
    return all;
  }

  /** What holds besides the keywords of {@code node} itself. */
  private List<Term> conjuncts(SchemaNode node) {
    List<Term> terms = new ArrayList<>();
    if (node.has("$ref")) {
      terms.add(Term.of(document.resolve(node)));
    }
    children(node, "allOf").forEach(child -> terms.add(Term.of(child)));
    if (node.has("not")) {
      terms.add(Term.of(node.child("not")).negate());
    }
    return terms;
  }

  private List<Assertions> branch(SchemaNode node, Term condition, String keyword) {
    return node.has(keyword)
        ? both(of(condition), of(Term.of(node.child(keyword))), node.pointerTo(keyword))
        : of(condition);
  }

  private List<Assertions> withDependency(Dependency dependency) {
    List<Assertions> either = new ArrayList<>();
    either.add(Assertions.NONE.with(dependency.absent()));
    either.addAll(
        both(
            List.of(Assertions.NONE.with(dependency.present())),
            dependency.term() == null ? List.of(Assertions.NONE) : of(dependency.term()),
            dependency.pointer()));
    return either;
  }

  /** Alternatives for enum and const. */
  private List<Assertions> values(SchemaNode node) {
    List<JsonNode> values = SchemaReader.values(node);
    if (values == null) {
      return List.of(Assertions.NONE);
    }
    List<JsonNode> scalars = values.stream().filter(value -> !value.isContainerNode()).toList();
    List<Assertions> all = new ArrayList<>();
    if (!scalars.isEmpty()) {
      all.add(Assertions.ofValues(scalars));
    }
    for (int i = 0; i < values.size(); i++) {
      if (values.get(i).isContainerNode()) {
        all.addAll(of(Term.of(SchemaReader.schemaOf(values.get(i), node.pointer() + "/~" + i))));
      }
    }
    return all;
  }

  /** A branch goes on alone where it is disjoint from another one, else with that one negated. */
  private List<Assertions> exactlyOne(SchemaNode node) {
    List<Term> branches = children(node, "oneOf").stream().map(Term::of).toList();
    Term around = Term.of(node.without("oneOf"));
    List<Assertions> one = new ArrayList<>();
    for (int i = 0; i < branches.size(); i++) {
      List<Assertions> alone = of(branches.get(i));
      for (int j = 0; j < branches.size(); j++) {
        if (i != j
            && !disjointness.areDisjoint(
                List.of(around, branches.get(Math.min(i, j)), branches.get(Math.max(i, j))))) {
          alone = both(alone, without(node, branches.get(j), i, j), node.pointerTo("oneOf"));
        }
      }
      one.addAll(alone);
    }
    return one;
  }

  private List<Assertions> without(SchemaNode node, Term branch, int i, int j) {
    try {
      return of(branch.negate());
    } catch (SchemaException e) {
      throw new SchemaException(
          node.pointerTo("oneOf"),
          "branches "
              + Math.min(i, j)
              + " and "
              + Math.max(i, j)
              + " are not shown to exclude each other; use anyOf, or give them different"
              + " constants for a required member ("
              + e.getMessage()
              + ")");
    }
  }

  private List<Assertions> negative(SchemaNode node) {
    if (node.json().isBoolean()) {
      return node.json().booleanValue() ? List.of() : List.of(Assertions.NONE);
    }
    List<Assertions> any = new ArrayList<>(Negation.ofPlainKeywords(node, reader));
    List<JsonNode> values = SchemaReader.values(node);
    if (values != null) {
      any.addAll(Negation.ofValues(values, node));
    }
    for (Term term : conjuncts(node)) {
      any.addAll(of(term.negate()));
    }
    if (node.has("anyOf")) {
      any.addAll(none(children(node, "anyOf")));
    }
    if (node.has("oneOf")) {
      List<SchemaNode> branches = children(node, "oneOf");
      any.addAll(none(branches));
      for (int i = 0; i < branches.size(); i++) {
        for (int j = i + 1; j < branches.size(); j++) {
          any.addAll(ofAll(List.of(Term.of(branches.get(i)), Term.of(branches.get(j)))));
        }
      }
    }
    if (node.has("if")) {
      Term condition = Term.of(node.child("if"));
      if (node.has("then")) {
        any.addAll(ofAll(List.of(condition, Term.of(node.child("then")).negate())));
      }
      if (node.has("else")) {
        any.addAll(ofAll(List.of(condition.negate(), Term.of(node.child("else")).negate())));
      }
    }
    for (Dependency dependency : Dependency.of(node)) {
      any.addAll(Negation.of(dependency, this));
    }
    return any;
  }

  private List<Assertions> none(List<SchemaNode> branches) {
    return ofAll(branches.stream().map(branch -> Term.of(branch).negate()).toList());
  }

  private static List<SchemaNode> children(SchemaNode node, String keyword) {
    List<SchemaNode> children = new ArrayList<>();
    for (int i = 0; node.has(keyword) && i < node.get(keyword).size(); i++) {
      children.add(node.child(keyword, Integer.toString(i)));
    }
    return children;
  }
}
