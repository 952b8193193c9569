package dev.espalier.engine.constrain.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.espalier.engine.constrain.automaton.AutomatonLimitException;
import dev.espalier.engine.constrain.automaton.Dfa;
import dev.espalier.engine.constrain.automaton.SymbolSet;
import dev.espalier.engine.constrain.network.Expression;
import dev.espalier.engine.constrain.network.RuleSet;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** Expressions for null, booleans, numbers and strings. */
final class ScalarRules {
  private static final Expression QUOTE = new Expression.Literal("\"");
  private static final Dfa ANY_TEXT = Dfa.repeat(SymbolSet.CODE_POINTS, 0);
  private static final Expression ANY_STRING =
      quoted(new Expression.Bytes(JsonStringEncoding.INSTANCE.encode(ANY_TEXT)));

  private final RuleSet rules;

  ScalarRules(RuleSet rules) {
    this.rules = rules;
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
      branches.addAll(listed(all));
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

  /** The numbers and strings among the values, one by one. */
  private static List<Expression> listed(Assertions all) {
    List<Expression> literals = new ArrayList<>();
    for (JsonNode value : all.values()) {
      if (!all.types().contains(JsonType.of(value)) || !allows(all, value)) {
        continue;
      }
      if (value.isNumber() && all.numbers().holds(value.decimalValue())) {
        literals.add(new Expression.Literal(JsonValues.plain(value.decimalValue())));
      } else if (value.isTextual() && all.strings().holds(value.textValue())) {
        literals.add(new Expression.Literal(JsonValues.quoted(value.textValue())));
      }
    }
    return literals;
  }

  private static Dfa numbers(Assertions all, boolean integers, boolean fractions) {
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
      numbers = numbers.intersect(DecimalLanguages.within(bound));
    }
    for (BigDecimal divisor : facts.multiplesOf()) {
      numbers = numbers.intersect(DecimalLanguages.multiplesOf(divisor));
    }
    for (BigDecimal divisor : facts.notMultiplesOf()) {
      numbers = numbers.minus(DecimalLanguages.multiplesOf(divisor));
    }
    for (BigDecimal number : excluded) {
      numbers = numbers.minus(DecimalLanguages.spellings(number));
    }
    return numbers;
  }

  private Expression string(Assertions all) {
    if (all.strings().isNone() && all.excluded().stream().noneMatch(JsonNode::isTextual)) {
      return ANY_STRING;
    }
    Dfa text = strings(all);
    try {
      return quoted(new Expression.Bytes(JsonStringEncoding.INSTANCE.encode(text)));
    } catch (AutomatonLimitException e) {
      // As one automaton over bytes it is too large; with a call for each character it is not.
      return quoted(
          Expression.ofCodePoints(
              text,
              rules,
              set -> new Expression.Bytes(JsonStringEncoding.INSTANCE.encode(Dfa.of(set)))));
    }
  }

  static Expression quoted(Expression text) {
    return Expression.sequence(QUOTE, text, QUOTE);
  }

  /** The strings that {@code all} allows, as code points. */
  static Dfa strings(Assertions all) {
    if (all.values() != null) {
      return Dfa.ofWords(
          all.values().stream()
              .filter(value -> value.isTextual() && allows(all, value))
              .map(JsonNode::textValue)
              .filter(all.strings()::holds)
              .map(text -> text.codePoints().toArray())
              .toList());
    }
    StringFacts facts = all.strings();
    Dfa text = ANY_TEXT;
    if (facts.maxLength() >= 0) {
      text =
          facts.minLength() > facts.maxLength()
              ? Dfa.NOTHING
              : Dfa.repeat(SymbolSet.CODE_POINTS, facts.minLength(), facts.maxLength());
    } else if (facts.minLength() > 0) {
      text = Dfa.repeat(SymbolSet.CODE_POINTS, facts.minLength());
    }
    for (Dfa matching : facts.matching()) {
      text = text.intersect(matching);
    }
    for (Dfa notMatching : facts.notMatching()) {
      text = text.minus(notMatching);
    }
    List<int[]> excluded =
        all.excluded().stream()
            .filter(JsonNode::isTextual)
            .map(value -> value.textValue().codePoints().toArray())
            .toList();
    return excluded.isEmpty() ? text : text.minus(Dfa.ofWords(excluded));
  }
}
