package dev.espalier.engine.constrain.grammar;

import dev.espalier.engine.constrain.automaton.AutomatonLimitException;
import dev.espalier.engine.constrain.automaton.CompilationBudget;
import dev.espalier.engine.constrain.automaton.Dfa;
import dev.espalier.engine.constrain.automaton.SymbolSet;
import dev.espalier.engine.constrain.automaton.Utf8;
import dev.espalier.engine.constrain.network.Expression;
import dev.espalier.engine.constrain.network.RuleSet;
import dev.espalier.engine.constrain.regex.Regex;
import dev.espalier.engine.constrain.regex.RegexDialect;
import dev.espalier.engine.constrain.regex.RegexSyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Reads a grammar in EBNF. It is a list of rules {@code name ::= alternatives}; a rule ends where
 * the next one begins, and the text as a whole derives from the rule {@code root}:
 *
 * <pre>{@code
 * root   ::= expr                      # a comment
 * expr   ::= term | expr ("+" | "-") term
 * term   ::= [0-9]+ | "(" expr ")"
 * }</pre>
 *
 * <p>An alternative is a sequence, possibly empty, of: literals in {@code "…"} or {@code '…'} with
 * the escapes {@code \n \r \t \\ \" \' \xNN \}{@code uNNNN \}{@code UNNNNNNNN}; classes {@code […]}
 * and patterns {@code /…/} as in {@link Regex}; {@code .}, any character; names of rules; groups
 * {@code (…)}; each of them possibly followed by {@code ? * + {n} {n,} {n,m}}. Rules may call
 * themselves anywhere, also first. White space between these separates and means nothing.
 */
public final class Grammar {
  private static final int MAX_DEPTH = 200;
  private static final int MAX_RULES = 2000;
  private static final Expression ANY_CHARACTER =
      new Expression.Bytes(Utf8.INSTANCE.encode(Dfa.of(SymbolSet.CODE_POINTS)));

  private final CompilationBudget budget;
  private final GrammarReader in;
  private final RuleSet rules = new RuleSet();
  private final Map<String, Integer> numbers = new LinkedHashMap<>();

  /** Names that are used before they are defined, to where they were used first. */
  private final Map<String, Integer> undefined = new LinkedHashMap<>();

  private int depth;

  private Grammar(String text, CompilationBudget budget) {
    this.budget = budget;
    this.in = new GrammarReader(text);
  }

  /**
   * @param root number of the rule {@code root}
   */
  public record Parsed(RuleSet rules, int root) {}

  /**
   * @throws GrammarSyntaxException if the text is malformed, or names rules that it does not define
   */
  public static Parsed parse(String text, CompilationBudget budget) {
    return new Grammar(text, budget).grammar();
  }

  private Parsed grammar() {
    in.skipSpace();
    while (!in.atEnd()) {
      rule();
      in.skipSpace();
    }
    if (!undefined.isEmpty()) {
      Map.Entry<String, Integer> first = undefined.entrySet().iterator().next();
      throw in.error(
          first.getValue(), "rules that are not defined: " + new TreeSet<>(undefined.keySet()));
    }
    if (!numbers.containsKey("root")) {
      throw new GrammarSyntaxException("there is no rule 'root'; the text derives from it");
    }
    return new Parsed(rules, numbers.get("root"));
  }

  private void rule() {
    int start = in.position();
    if (!in.atRule()) {
      throw in.error(start, "a rule is needed: a name and '::='");
    }
    String name = in.takeName();
    int number = number(name);
    if (rules.body(number) != null) {
      throw in.error(start, "the rule '" + name + "' is defined twice");
    }
    in.skipSpace();
    in.take("::=");
    rules.define(number, alternatives());
    undefined.remove(name);
  }

  private int number(String name) {
    Integer known = numbers.get(name);
    if (known == null) {
      if (numbers.size() == MAX_RULES) {
        throw in.error(in.position(), "more than " + MAX_RULES + " rules");
      }
      known = rules.declare(name);
      numbers.put(name, known);
    }
    return known;
  }

  private Expression alternatives() {
    if (++depth > MAX_DEPTH) {
      throw in.error(in.position(), "groups nested deeper than " + MAX_DEPTH);
    }
    List<Expression> branches = new ArrayList<>();
    do {
      branches.add(sequence());
    } while (in.take("|"));
    depth--;
    return branches.size() == 1 ? branches.get(0) : new Expression.Choice(branches);
  }

  private Expression sequence() {
    List<Expression> parts = new ArrayList<>();
    in.skipSpace();
    while (!in.atEnd() && in.peek() != '|' && in.peek() != ')' && !in.atRule()) {
      parts.add(quantified(element()));
      in.skipSpace();
    }
    if (in.peek() == ')' && depth == 1) {
      throw in.error(in.position(), "unmatched ')'");
    }
    return parts.size() == 1 ? parts.get(0) : new Expression.Sequence(parts);
  }

  private Expression element() {
    int start = in.position();
    return switch (in.peek()) {
      case '"', '\'' -> new Expression.Literal(in.takeLiteral());
      case '[' -> pattern(start, in.takeDelimited(']', "class"), start);
      case '/' -> {
        String delimited = in.takeDelimited('/', "pattern");
        yield pattern(start, delimited.substring(1, delimited.length() - 1), start + 1);
      }
      case '.' -> {
        in.take(".");
        yield ANY_CHARACTER;
      }
      case '(' -> group(start);
      default -> ruleName(start);
    };
  }

  private Expression group(int start) {
    in.take("(");
    Expression group = alternatives();
    if (!in.take(")")) {
      throw in.error(start, "unclosed group");
    }
    return group;
  }

  private Expression ruleName(int start) {
    String name = in.takeName();
    if (name.isEmpty()) {
      throw in.error(start, "'" + in.peek() + "' begins nothing; quote it if it is text");
    }
    int number = number(name);
    if (rules.body(number) == null) {
      undefined.putIfAbsent(name, start);
    }
    return new Expression.Call(number);
  }

  /**
   * @param patternStart where {@code pattern} begins in the text
   */
  private Expression pattern(int start, String pattern, int patternStart) {
    try {
      return new Expression.Bytes(
          budget.keep(
              Utf8.INSTANCE.encode(
                  Regex.matching(pattern, RegexDialect.STANDARD, budget), budget)));
    } catch (RegexSyntaxException e) {
      throw in.error(patternStart + e.position(), e.getMessage());
    } catch (AutomatonLimitException e) {
      throw in.error(start, "too large, " + e.getMessage() + "; lower the counts in {n,m}");
    }
  }

  private Expression quantified(Expression part) {
    int start = in.position();
    if (in.take("?")) {
      part = new Expression.Repeat(part, 0, 1);
    } else if (in.take("*")) {
      part = new Expression.Repeat(part, 0, -1);
    } else if (in.take("+")) {
      part = new Expression.Repeat(part, 1, -1);
    } else if (in.take("{")) {
      int minimum = in.takeNumber();
      int maximum = minimum;
      if (in.take(",")) {
        maximum = in.peek() == '}' ? -1 : in.takeNumber();
      }
      if (!in.take("}")) {
        throw in.error(start, "a count is {n}, {n,} or {n,m}");
      }
      if (maximum >= 0 && maximum < minimum) {
        throw in.error(start, "a count with its bounds in the wrong order");
      }
      part = new Expression.Repeat(part, minimum, maximum);
    } else {
      return part;
    }
    if ("?*+{".indexOf(in.peek()) >= 0 && !in.atEnd()) {
      throw in.error(in.position(), "two quantifiers in a row; put the first into a group");
    }
    return part;
  }
}
