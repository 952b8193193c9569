package dev.espalier.engine.constrain.regex;

import dev.espalier.engine.constrain.automaton.CompilationBudget;
import dev.espalier.engine.constrain.automaton.SymbolSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads groups, alternatives, quantifiers and flags; leaves single characters to {@link
 * EscapeParser}.
 */
final class RegexParser {
  private static final int MAX_DEPTH = 200;

  /** Steps to look at all characters that have an upper and a lower case. */
  private static final int FOLDING = 10_000;

  private static final int MAX_COUNT = 1_000_000;

  private final CompilationBudget budget;
  private final PatternReader in;
  private final RegexDialect dialect;
  private final EscapeParser escapes;
  private final CharacterClassParser classes;
  private final Set<String> groupNames = new HashSet<>();
  private final Map<SymbolSet, SymbolSet> folded = new HashMap<>();
  private int depth;
  private Flags flags = new Flags(false, false);
  private int costliestRepeat;
  private int highestCount;

  /**
   * @param ignoreCase {@code (?i)}: code points match that Unicode's simple case mappings relate
   * @param dotAll {@code (?s)}: {@code .} matches line ends
   */
  private record Flags(boolean ignoreCase, boolean dotAll) {}

  RegexParser(String text, RegexDialect dialect, CompilationBudget budget) {
    this.budget = budget;
    this.in = new PatternReader(text);
    this.dialect = dialect;
    this.escapes = new EscapeParser(in, dialect);
    this.classes = new CharacterClassParser(in, dialect, escapes);
  }

  RegexNode parse() {
    RegexNode node = alternatives();
    if (!in.atEnd()) {
      throw in.error(in.position(), "unmatched ')'; write \\) for a parenthesis");
    }
    return node;
  }

  /** Where the largest count of a repetition stands. */
  int costliestRepeat() {
    return costliestRepeat;
  }

  private RegexNode alternatives() {
    if (++depth > MAX_DEPTH) {
      throw in.error(in.position(), "groups nested deeper than " + MAX_DEPTH);
    }
    Flags outer = flags;
    List<RegexNode> branches = new ArrayList<>();
    do {
      branches.add(sequence());
    } while (in.take("|"));
    flags = outer;
    depth--;
    return branches.size() == 1 ? branches.get(0) : new RegexNode.Alternatives(branches);
  }

  private RegexNode sequence() {
    List<RegexNode> parts = new ArrayList<>();
    while (!in.atEnd() && !in.at("|") && !in.at(")")) {
      int before = parts.size();
      if (dialect == RegexDialect.STANDARD && in.take("\\Q")) {
        quoted(parts);
      } else {
        RegexNode atom = atom();
        if (atom != null) {
          parts.add(atom);
        }
      }
      quantifier(parts, parts.size() > before);
    }
    return parts.size() == 1 ? parts.get(0) : new RegexNode.Sequence(parts);
  }

  /** {@code \Q…\E}: every character stands for itself. */
  private void quoted(List<RegexNode> parts) {
    while (!in.atEnd() && !in.take("\\E")) {
      parts.add(characters(SymbolSet.of(in.takeCodePoint())));
    }
  }

  /** One element without its quantifier; null for a group that only sets flags. */
  private RegexNode atom() {
    return switch (in.peek()) {
      case '(' -> group();
      case '[' -> new RegexNode.Characters(classes.parse(this::foldIfAsked));
      case '\\' -> escape();
      case '.' -> {
        in.take(".");
        yield new RegexNode.Characters(
            flags.dotAll() ? SymbolSet.CODE_POINTS : CharacterSets.dot(dialect));
      }
      case '^' -> {
        in.take("^");
        yield new RegexNode.Start();
      }
      case '$' -> {
        in.take("$");
        yield new RegexNode.End();
      }
      default -> literal();
    };
  }

  private RegexNode literal() {
    if (quantifierHere() != null) {
      char c = in.peek();
      throw in.error(
          in.position(), "nothing to repeat before '" + c + "'; write \\" + c + " for itself");
    }
    return characters(SymbolSet.of(in.takeCodePoint()));
  }

  private RegexNode escape() {
    if (dialect == RegexDialect.STANDARD && in.take("\\A")) {
      return new RegexNode.Start();
    }
    if (dialect == RegexDialect.STANDARD && in.take("\\z")) {
      return new RegexNode.End();
    }
    return characters(escapes.parse(false));
  }

  private RegexNode characters(SymbolSet set) {
    return new RegexNode.Characters(foldIfAsked(set));
  }

  private SymbolSet foldIfAsked(SymbolSet set) {
    if (!flags.ignoreCase()) {
      return set;
    }
    return folded.computeIfAbsent(
        set,
        once -> {
          budget.spend(FOLDING);
          return CharacterSets.ignoringCase(once);
        });
  }

  private RegexNode group() {
    int start = in.position();
    Flags outer = flags;
    in.take("(");
    if (in.take("?")) {
      if (!groupKind(start)) {
        return null;
      }
    } else if (in.at("*")) {
      throw in.error(start, "verbs such as (*SKIP) are not supported");
    }
    RegexNode node = alternatives();
    if (!in.take(")")) {
      throw in.error(start, "unclosed group; write \\( for a parenthesis");
    }
    flags = outer;
    return new RegexNode.Sequence(List.of(node)); // a group may repeat what an anchor may not
  }

  /** Reads what follows {@code (?}. Returns false if the group was closed and only sets flags. */
  private boolean groupKind(int start) {
    if (in.take(":")) {
      return true;
    }
    refuse(start, "=", "lookahead (?=");
    refuse(start, "!", "negative lookahead (?!");
    refuse(start, "<=", "lookbehind (?<=");
    refuse(start, "<!", "negative lookbehind (?<!");
    refuse(start, ">", "the atomic group (?>");
    refuse(start, "(", "the conditional group (?(");
    refuse(start, "P=", "the backreference (?P=");
    refuse(start, "P>", "the recursion (?P>");
    refuse(start, "&", "the recursion (?&");
    refuse(start, "R", "the recursion (?R");
    refuse(start, "#", "the comment (?#");
    refuse(start, "|", "the branch reset (?|");
    if (in.take("<") || (dialect == RegexDialect.STANDARD && in.take("P<"))) {
      String name = in.takeUntil(">");
      if (name == null || !name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
        throw in.error(start, "a group name is letters, digits and underscores, closed by '>'");
      }
      if (!groupNames.add(name)) {
        throw in.error(start, "two groups are named '" + name + "'");
      }
      return true;
    }
    return flagsOf(start);
  }

  private boolean flagsOf(int start) {
    boolean on = true;
    boolean ignoreCase = flags.ignoreCase();
    boolean dotAll = flags.dotAll();
    while (!in.atEnd()) {
      char c = in.peek();
      if (c == 'i') {
        ignoreCase = on;
      } else if (c == 's') {
        dotAll = on;
      } else if (c == '-' && on) {
        on = false;
      } else if ((c == ':' || c == ')') && in.position() > start + 2) {
        flags = new Flags(ignoreCase, dotAll);
        in.moveTo(in.position() + 1);
        return c == ':';
      } else if (Character.isLetter(c)) {
        throw in.error(start, "the flag (?" + c + ") is not supported; i and s are");
      } else {
        break;
      }
      in.moveTo(in.position() + 1);
    }
    throw in.error(start, "'(?' begins no known group");
  }

  /** Reads a quantifier, if one is here, for the last of {@code parts}. */
  private void quantifier(List<RegexNode> parts, boolean afterElement) {
    int at = in.position();
    Counts counts = quantifierHere();
    if (counts == null) {
      return;
    }
    RegexNode last = afterElement ? parts.remove(parts.size() - 1) : null;
    if (last == null || last instanceof RegexNode.Start || last instanceof RegexNode.End) {
      throw in.error(at, "nothing to repeat before '" + in.peek() + "'");
    }
    in.moveTo(counts.end());
    if (in.at("+")) {
      throw in.error(at, "the possessive quantifier is not supported; leave out its '+'");
    }
    in.take("?"); // lazy: the same texts match
    if (quantifierHere() != null) {
      throw in.error(in.position(), "two quantifiers in a row; put the first into a group (?:…)");
    }
    if (Math.max(counts.minimum(), counts.maximum()) > highestCount) {
      highestCount = Math.max(counts.minimum(), counts.maximum());
      costliestRepeat = at;
    }
    parts.add(new RegexNode.Repeat(last, counts.minimum(), counts.maximum()));
  }

  /**
   * @param maximum -1 is without end
   * @param end the position after the quantifier
   */
  private record Counts(int minimum, int maximum, int end) {}

  /** The quantifier that begins here, or null. */
  private Counts quantifierHere() {
    int after = in.position() + 1;
    return switch (in.peek()) {
      case '*' -> new Counts(0, -1, after);
      case '+' -> new Counts(1, -1, after);
      case '?' -> new Counts(0, 1, after);
      case '{' -> countsHere();
      default -> null;
    };
  }

  private Counts countsHere() {
    int start = in.position();
    in.take("{");
    String counts = in.takeUntil("}");
    int end = in.position();
    in.moveTo(start);
    if (counts != null && counts.matches(",[0-9]+")) {
      throw in.error(start, "the quantifier {,n} means different things; write {0,n}");
    }
    if (counts == null || !counts.matches("[0-9]+(,[0-9]*)?")) {
      if (dialect == RegexDialect.ECMA_262) {
        throw in.error(start, "'{' begins no quantifier; write \\{ for itself");
      }
      return null;
    }
    int comma = counts.indexOf(',');
    int minimum = count(start, comma < 0 ? counts : counts.substring(0, comma));
    int maximum = minimum;
    if (comma >= 0) {
      maximum = comma == counts.length() - 1 ? -1 : count(start, counts.substring(comma + 1));
    }
    if (maximum >= 0 && maximum < minimum) {
      throw in.error(start, "the quantifier {" + counts + "} has its bounds in the wrong order");
    }
    return new Counts(minimum, maximum, end);
  }

  private int count(int at, String digits) {
    if (digits.length() > 7 || Integer.parseInt(digits) > MAX_COUNT) {
      throw in.error(at, "a count above " + MAX_COUNT);
    }
    return Integer.parseInt(digits);
  }

  private void refuse(int start, String mark, String name) {
    if (in.at(mark)) {
      throw in.error(start, name + " is not supported");
    }
  }
}
