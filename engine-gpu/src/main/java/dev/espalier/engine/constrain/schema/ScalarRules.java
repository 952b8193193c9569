package dev.espalier.engine.constrain.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.espalier.engine.constrain.automaton.AutomatonLimitException;
import dev.espalier.engine.constrain.automaton.CompilationBudget;
import dev.espalier.engine.constrain.automaton.Dfa;
import dev.espalier.engine.constrain.automaton.SymbolSet;
import dev.espalier.engine.constrain.automaton.Utf8;
import dev.espalier.engine.constrain.network.Expression;
import dev.espalier.engine.constrain.network.RuleSet;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Expressions for null, booleans, numbers and strings. */
final class ScalarRules {
  /** The automaton of a string over bytes may take so large a part of the steps. */
  private static final int ATTEMPT = 4;

  private static final Expression QUOTE = new Expression.Literal("\"");
  private static final Dfa ANY_TEXT = Dfa.repeat(SymbolSet.CODE_POINTS, 0);
  private static final Expression ANY_STRING =
      quoted(new Expression.Bytes(JsonStringEncoding.INSTANCE.encode(ANY_TEXT)));

  /** Of strings that are alike; a schema often says the same of many members. */
  private final Map<List<Object>, Expression> strings = new HashMap<>();

  private final RuleSet rules;
  private final CompilationBudget budget;

  ScalarRules(RuleSet rules, CompilationBudget budget) {
    this.rules = rules;
    this.budget = budget;
  }

  Expression expression(Assertions all) {
    List<Expression> branches = new ArrayList<>();
    for (JsonNode constant : List.of(NullNode.instance, BooleanNode.TRUE, BooleanNode.FALSE)) {
      if (all.types().contains(JsonType.of(constant)) && allows(all, constant)) {
        branches.add(new Expression.Literal(constant.toString()));
      }
    }
    boolean integers = all.types().contains(JsonType.INTEGER);
    boolean fractions = all.types().contains(JsonType.FRACTION);
    boolean strings = all.types().contains(JsonType.STRING);
    if (all.values() != null) {
      List<int[]> listed = listed(all);
      if (!listed.isEmpty()) {
        branches.add(new Expression.Bytes(budget.keep(Dfa.ofWords(listed, budget))));
      }
    } else {
      if (integers || fractions) {
        branches.add(new Expression.Bytes(numbers(all, integers, fractions)));
      }
      if (strings) {
        branches.add(string(all));
      }
    }
    return new Expression.Choice(branches);
  }

  private static boolean allows(Assertions all, JsonNode value) {
    return all.excluded().stream().noneMatch(other -> JsonValues.areEqual(other, value))
        && (all.values() == null
            || all.values().stream().anyMatch(other -> JsonValues.areEqual(other, value)));
  }

  /** How the numbers and strings among the values are written, in bytes. */
  private List<int[]> listed(Assertions all) {
    Set<Object> excluded = JsonValues.keys(all.excluded());
    List<int[]> spellings = new ArrayList<>();
    for (JsonNode value : all.values()) {
      if (!all.types().contains(JsonType.of(value)) || excluded.contains(JsonValues.key(value))) {
        continue;
      }
      String spelling = null;
      if (value.isNumber() && all.numbers().holds(value.decimalValue())) {
        spelling = JsonValues.plain(value.decimalValue());
      } else if (value.isTextual() && all.strings().holds(value.textValue())) {
        spelling = JsonValues.quoted(value.textValue());
      }
      if (spelling != null) {
        budget.spend(spelling.length());
        spellings.add(Utf8.bytes(spelling));
      }
    }
    return spellings;
  }

  private Dfa numbers(Assertions all, boolean integers, boolean fractions) {
    NumberFacts facts = all.numbers();
    List<BigDecimal> excluded =
        all.excluded().stream().filter(JsonNode::isNumber).map(JsonNode::decimalValue).toList();
    if (integers && fractions && facts.isNone() && excluded.isEmpty()) {
      return DecimalLanguages.ANY;
    }
    Dfa numbers =
        !fractions
            ? DecimalLanguages.INTEGER
            : integers ? DecimalLanguages.PLAIN : DecimalLanguages.FRACTION;
    for (NumberFacts.Bound bound : facts.bounds()) {
      numbers = numbers.intersect(DecimalLanguages.within(bound, budget), budget);
    }
    for (BigDecimal divisor : facts.multiplesOf()) {
      numbers = numbers.intersect(DecimalLanguages.multiplesOf(divisor, budget), budget);
    }
    for (BigDecimal divisor : facts.notMultiplesOf()) {
      numbers = numbers.minus(DecimalLanguages.multiplesOf(divisor, budget), budget);
    }
    for (BigDecimal number : excluded) {
      numbers = numbers.minus(DecimalLanguages.spellings(number, budget), budget);
    }
    return numbers;
  }

  private Expression string(Assertions all) {
    if (all.strings().isNone() && all.excluded().stream().noneMatch(JsonNode::isTextual)) {
      return ANY_STRING;
    }
    List<JsonNode> excluded = all.excluded().stream().filter(JsonNode::isTextual).toList();
    return strings.computeIfAbsent(List.of(all.strings(), excluded), kind -> encoded(strings(all)));
  }

  private Expression encoded(Dfa text) {
    try {
      return quoted(encoded(text, budget.attempt(ATTEMPT)));
    } catch (AutomatonLimitException e) {
      // As one automaton over bytes it is too large; with a call for each character it is not.
      budget.spend(16L * text.stateCount() * text.classCount());
      return quoted(Expression.ofCodePoints(text, rules, set -> encoded(Dfa.of(set), budget)));
    }
  }

  private Expression encoded(Dfa text, CompilationBudget steps) {
    return new Expression.Bytes(budget.keep(JsonStringEncoding.INSTANCE.encode(text, steps)));
  }

  static Expression quoted(Expression text) {
    return Expression.sequence(QUOTE, text, QUOTE);
  }

  /** The strings that {@code all} allows, as code points. */
  Dfa strings(Assertions all) {
    if (all.values() != null) {
      Set<Object> excludedKeys = JsonValues.keys(all.excluded());
      return Dfa.ofWords(
          all.values().stream()
              .filter(value -> value.isTextual() && !excludedKeys.contains(value))
              .map(JsonNode::textValue)
              .filter(all.strings()::holds)
              .map(text -> text.codePoints().toArray())
              .toList(),
          budget);
    }
    StringFacts facts = all.strings();
    Dfa text = ANY_TEXT;
    if (facts.maxLength() >= 0) {
      text =
          facts.minLength() > facts.maxLength()
              ? Dfa.NOTHING
              : Dfa.repeat(SymbolSet.CODE_POINTS, facts.minLength(), facts.maxLength(), budget);
    } else if (facts.minLength() > 0) {
      text = Dfa.repeat(SymbolSet.CODE_POINTS, facts.minLength(), budget);
    }
    for (Dfa matching : facts.matching()) {
      text = text.intersect(matching, budget);
    }
    for (Dfa notMatching : facts.notMatching()) {
      text = text.minus(notMatching, budget);
    }
    List<int[]> excluded =
        all.excluded().stream()
            .filter(JsonNode::isTextual)
            .map(value -> value.textValue().codePoints().toArray())
            .toList();
    return excluded.isEmpty() ? text : text.minus(Dfa.ofWords(excluded, budget), budget);
  }
}
