package dev.espalier.engine.constrain.regex;

import dev.espalier.engine.constrain.automaton.SymbolSet;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Reads a class in brackets. */
final class CharacterClassParser {
  private final PatternReader in;
  private final RegexDialect dialect;
  private final EscapeParser escapes;

  CharacterClassParser(PatternReader in, RegexDialect dialect, EscapeParser escapes) {
    this.in = in;
    this.dialect = dialect;
    this.escapes = escapes;
  }

  /**
   * Reads from {@code [} to {@code ]}.
   *
   * @param fold applied to the listed characters, before a negation
   */
  SymbolSet parse(UnaryOperator<SymbolSet> fold) {
    int start = in.position();
    in.take("[");
    boolean negated = in.take("^");
    if (in.at("]") && dialect == RegexDialect.STANDARD) {
      throw in.error(start, "an empty class; write \\] for a bracket");
    }
    List<SymbolSet> parts = new ArrayList<>();
    while (!in.take("]")) {
      if (in.atEnd()) {
        throw in.error(start, "unclosed class; write \\[ for a bracket");
      }
      parts.add(part(start));
    }
    SymbolSet set = fold.apply(SymbolSet.union(parts));
    return negated ? SymbolSet.CODE_POINTS.minus(set) : set;
  }

  /** One character, one escape, or one range. */
  private SymbolSet part(int start) {
    int firstAt = in.position();
    SymbolSet first = element();
    if (!in.at("-") || in.at("-]")) {
      return first;
    }
    in.take("-");
    if (in.atEnd()) {
      throw in.error(start, "unclosed class; write \\[ for a bracket");
    }
    SymbolSet last = element();
    if (!isSingle(first) || !isSingle(last)) {
      throw in.error(
          firstAt, "a range needs a single character at both ends; write \\- for a dash");
    }
    if (first.first(0) > last.first(0)) {
      throw in.error(firstAt, "a range in the wrong order");
    }
    return SymbolSet.range(first.first(0), last.first(0)).intersect(SymbolSet.CODE_POINTS);
  }

  private SymbolSet element() {
    int start = in.position();
    if (in.at("\\")) {
      return escapes.parse(true);
    }
    if (dialect == RegexDialect.STANDARD) {
      if (in.at("[:")) {
        throw in.error(start, "POSIX classes such as [:alpha:] are not supported; use \\p{Alpha}");
      }
      if (in.at("[")) {
        throw in.error(start, "classes inside of classes are not supported; write \\[ for itself");
      }
      if (in.at("&&")) {
        throw in.error(start, "the intersection && is not supported; write \\& for itself");
      }
    }
    return SymbolSet.of(in.takeCodePoint());
  }

  private static boolean isSingle(SymbolSet set) {
    return set.rangeCount() == 1 && set.first(0) == set.last(0);
  }
}
