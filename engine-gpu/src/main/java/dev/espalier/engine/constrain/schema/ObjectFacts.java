package dev.espalier.engine.constrain.schema;

import dev.espalier.engine.constrain.automaton.Dfa;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a schema says about objects.
 *
 * @param members of the keywords properties, patternProperties and additionalProperties of one
 *     schema; more than one where several schemas hold at once
 * @param names terms that the names of all members meet
 * @param required names of members that must be there, in order
 * @param maxProperties -1 is without end
 * @param minPointer where the lower bound stands
 */
record ObjectFacts(
    List<Members> members,
    List<Term> names,
    Set<String> required,
    int minProperties,
    int maxProperties,
    String minPointer) {
  static final ObjectFacts NONE =
      new ObjectFacts(List.of(), List.of(), new LinkedHashSet<>(), 0, -1, "");

  /**
   * @param patterns automata that names are matched by, with the terms of their values
   * @param rest term of the members that no name and no pattern is for, or null
   */
  record Members(Map<String, Term> properties, List<PatternTerm> patterns, Term rest) {
    static Members of(String name, Term term) {
      Map<String, Term> one = new LinkedHashMap<>();
      one.put(name, term);
      return new Members(one, List.of(), null);
    }

    /** The terms that the value of the member {@code name} meets. */
    List<Term> termsOf(String name) {
      List<Term> terms = new ArrayList<>();
      if (properties.containsKey(name)) {
        terms.add(properties.get(name));
      }
      for (PatternTerm pattern : patterns) {
        if (pattern.names().matches(name)) {
          terms.add(pattern.term());
        }
      }
      if (terms.isEmpty() && rest != null) {
        terms.add(rest);
      }
      return terms;
    }
  }

  /**
   * @param pointer where the pattern stands
   */
  record PatternTerm(String pointer, Dfa names, Term term) {}

  ObjectFacts and(ObjectFacts other) {
    Set<String> allRequired = new LinkedHashSet<>(required);
    allRequired.addAll(other.required);
    return new ObjectFacts(
        Lists.join(members, other.members),
        Lists.join(names, other.names),
        allRequired,
        Math.max(minProperties, other.minProperties),
        ArrayFacts.smaller(maxProperties, other.maxProperties),
        minProperties >= other.minProperties ? minPointer : other.minPointer);
  }

  static ObjectFacts requiring(String name) {
    return new ObjectFacts(List.of(), List.of(), new LinkedHashSet<>(List.of(name)), 0, -1, "");
  }
}
