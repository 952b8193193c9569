package dev.espalier.engine.constrain.schema;

import dev.espalier.engine.constrain.automaton.CompilationBudget;
import dev.espalier.engine.constrain.automaton.Dfa;
import dev.espalier.engine.constrain.network.Expression;
import dev.espalier.engine.constrain.network.RuleSet;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * Makes rules of a JSON schema of draft 2020-12, for the documents that are valid under it.
 *
 * <p>The documents are written in one form. Between {@code :} or {@code ,} and what follows there
 * may be one space, and there is no other white space. Members come in the order in which the
 * schema names them first, in properties or else in required; members that the schema does not name
 * come after them, in any order. Names, and strings of enum and const, are written with the
 * shortest escapes and only where JSON needs one; other strings may use any escape. Integers have
 * no fraction and no exponent; other numbers may have an exponent only if the schema says nothing
 * about their size.
 *
 * <p>The rules tell how a value is written that meets several schemas at once; each such set of
 * schemas has one rule, so references may be recursive.
 */
public final class SchemaCompiler {
  private static final int MAX_RULES = 5000;

  private final RuleSet rules = new RuleSet();
  private final Map<List<Term>, Integer> ruleOf = new HashMap<>();
  private final List<List<Term>> termsOf = new ArrayList<>();
  private final Alternatives alternatives;
  private final Map<List<Term>, Boolean> disjoint = new HashMap<>();
  private final CompilationBudget budget;
  private final ScalarRules scalars;
  private final ArrayRules arrays = new ArrayRules(this);
  private final ObjectRules objects = new ObjectRules(this);

  private SchemaCompiler(SchemaDocument document, CompilationBudget budget) {
    this.budget = budget;
    this.scalars = new ScalarRules(rules, budget);
    this.alternatives = new Alternatives(document, this::areDisjoint, budget);
  }

  /**
   * @param root number of the rule for the whole document
   */
  public record Compiled(RuleSet rules, int root) {}

  /**
   * @throws SchemaException if {@code schema} is malformed, or asks for what is not supported
   */
  public static Compiled compile(String schema, CompilationBudget budget) {
    SchemaDocument document = SchemaDocument.parse(schema);
    SchemaChecker.check(document);
    SchemaCompiler compiler = new SchemaCompiler(document, budget);
    int root = compiler.rule(List.of(Term.of(document.root())));
    compiler.defineAll(root);
    return new Compiled(compiler.rules, root);
  }

  /** The rule of the values that meet all of {@code terms}; it may be defined later. */
  int rule(List<Term> terms) {
    List<Term> distinct = List.copyOf(new LinkedHashSet<>(terms));
    Integer known = ruleOf.get(distinct);
    if (known == null) {
      if (rules.size() >= MAX_RULES) {
        throw new SchemaException(
            distinct.get(0).node().pointer(), "more than " + MAX_RULES + " rules are needed");
      }
      known = rules.declare(distinct.isEmpty() ? "any" : "#" + distinct.get(0).node().pointer());
      ruleOf.put(distinct, known);
      while (termsOf.size() < known) {
        termsOf.add(null); // a rule that is not made of terms
      }
      termsOf.add(distinct);
    }
    return known;
  }

  /** Defines {@code root} and all that it calls. */
  private void defineAll(int root) {
    BitSet seen = new BitSet();
    List<Integer> pending = new ArrayList<>(List.of(root));
    while (!pending.isEmpty()) {
      int rule = pending.remove(pending.size() - 1);
      if (!seen.get(rule)) {
        seen.set(rule);
        if (rules.body(rule) == null) {
          rules.define(rule, body(alternatives.ofAll(termsOf.get(rule))));
        }
        pending.addAll(RuleSet.calls(rules.body(rule)));
      }
    }
  }

  private Expression body(List<Assertions> any) {
    List<Expression> branches = new ArrayList<>();
    for (Assertions all : any) {
      branches.add(scalars.expression(all));
      if (all.types().contains(JsonType.ARRAY) && all.values() == null) {
        branches.add(arrays.expression(all.arrays()));
      }
      if (all.types().contains(JsonType.OBJECT) && all.values() == null) {
        branches.add(objects.expression(all.objects()));
      }
    }
    return new Expression.Choice(branches);
  }

  CompilationBudget budget() {
    return budget;
  }

  /** The strings that meet all of {@code terms}, as code points. */
  Dfa strings(List<Term> terms) {
    Dfa strings = Dfa.NOTHING;
    for (Assertions all : alternatives.ofAll(terms)) {
      if (all.types().contains(JsonType.STRING)) {
        strings = strings.union(scalars.strings(all), budget);
      }
    }
    return strings;
  }

  /** Whether {@code all} is of objects alone, with a required member that can have no value. */
  private boolean lacksARequiredMember(Assertions all) {
    if (!all.types().equals(EnumSet.of(JsonType.OBJECT))) {
      return false;
    }
    for (String name : all.objects().required()) {
      List<Term> terms = new ArrayList<>();
      all.objects().members().forEach(members -> terms.addAll(members.termsOf(name)));
      budget.spend(32L * (1 + terms.size()));
      try {
        if (alternatives.ofAll(terms).isEmpty()) {
          return true;
        }
      } catch (SchemaException e) {
        // nothing is shown by this member
      }
    }
    return false;
  }

  private boolean areDisjoint(List<Term> terms) {
    Boolean known = disjoint.get(terms);
    if (known == null) {
      known = showDisjoint(terms);
      disjoint.put(terms, known);
    }
    return known;
  }

  private boolean showDisjoint(List<Term> terms) {
    try {
      if (alternatives.ofAll(terms).stream().allMatch(this::lacksARequiredMember)) {
        return true;
      }
      int together = rule(terms);
      defineAll(together);
      return !rules.productive(together, budget).get(together);
    } catch (SchemaException e) {
      return false; // nothing is shown; if the reason matters, it comes up again
    }
  }
}
