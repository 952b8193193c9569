package dev.espalier.engine.constrain.schema;

import dev.espalier.engine.constrain.automaton.CompilationBudget;
import dev.espalier.engine.constrain.automaton.Dfa;
import dev.espalier.engine.constrain.automaton.Encoding;
import dev.espalier.engine.constrain.automaton.Nfa;
import dev.espalier.engine.constrain.automaton.SymbolSet;
import dev.espalier.engine.constrain.automaton.Utf8;

/**
 * How the characters of a string are written between its quotes: as themselves in UTF-8 where JSON
 * allows it, by an escape of two characters where there is one, or by the escape of four
 * hexadecimal digits, two of them for a character beyond U+FFFF.
 */
final class JsonStringEncoding extends Encoding {
  static final JsonStringEncoding INSTANCE = new JsonStringEncoding();

  /** Characters with an escape of their own, and the letters of these escapes. */
  static final String SHORT_ESCAPED = "\"\\/\b\f\n\r\t";

  static final String SHORT_ESCAPES = "\"\\/bfnrt";

  private static final SymbolSet NEVER_RAW = SymbolSet.ofRanges(0, 0x1F, '"', '"', '\\', '\\');

  private JsonStringEncoding() {}

  @Override
  protected Dfa spellings(SymbolSet codePoints, CompilationBudget budget) {
    Nfa bytes = new Nfa(budget);
    int end = bytes.addState();
    bytes.accept(end);
    Utf8.addSpellings(bytes, 0, codePoints.minus(NEVER_RAW), end);
    int backslash = bytes.addState();
    bytes.edge(0, SymbolSet.of('\\'), backslash);
    for (int i = 0; i < SHORT_ESCAPED.length(); i++) {
      if (codePoints.contains(SHORT_ESCAPED.charAt(i))) {
        bytes.edge(backslash, SymbolSet.of(SHORT_ESCAPES.charAt(i)), end);
      }
    }
    int digits = bytes.addState();
    bytes.edge(backslash, SymbolSet.of('u'), digits);
    for (int range = 0; range < codePoints.rangeCount(); range++) {
      int first = codePoints.first(range);
      int last = codePoints.last(range);
      if (first <= 0xFFFF) {
        addUnits(bytes, digits, first, Math.min(last, 0xFFFF), 4, end);
      }
      if (last > 0xFFFF) {
        addPairs(bytes, digits, Math.max(first, 0x10000), last, end);
      }
    }
    return bytes.toDfa();
  }

  /** Escapes of two UTF-16 units, the first without its {@code \}{@code u}. */
  private static void addPairs(Nfa bytes, int from, int first, int last, int to) {
    int firstHigh = Character.highSurrogate(first);
    int lastHigh = Character.highSurrogate(last);
    if (firstHigh == lastHigh) {
      addPair(
          bytes,
          from,
          new int[] {firstHigh, lastHigh},
          new int[] {Character.lowSurrogate(first), Character.lowSurrogate(last)},
          to);
    } else if (Character.lowSurrogate(first) != Character.MIN_LOW_SURROGATE) {
      int end = Character.toCodePoint((char) firstHigh, Character.MAX_LOW_SURROGATE);
      addPairs(bytes, from, first, end, to);
      addPairs(bytes, from, end + 1, last, to);
    } else if (Character.lowSurrogate(last) != Character.MAX_LOW_SURROGATE) {
      int start = Character.toCodePoint((char) lastHigh, Character.MIN_LOW_SURROGATE);
      addPairs(bytes, from, first, start - 1, to);
      addPairs(bytes, from, start, last, to);
    } else {
      addPair(
          bytes,
          from,
          new int[] {firstHigh, lastHigh},
          new int[] {Character.MIN_LOW_SURROGATE, Character.MAX_LOW_SURROGATE},
          to);
    }
  }

  /** All pairs of a high and a low surrogate, each from a range. */
  private static void addPair(Nfa bytes, int from, int[] high, int[] low, int to) {
    int afterHigh = bytes.addState();
    int backslash = bytes.addState();
    int digits = bytes.addState();
    addUnits(bytes, from, high[0], high[1], 4, afterHigh);
    bytes.edge(afterHigh, SymbolSet.of('\\'), backslash);
    bytes.edge(backslash, SymbolSet.of('u'), digits);
    addUnits(bytes, digits, low[0], low[1], 4, to);
  }

  /** The numbers {@code first} to {@code last} in hexadecimal digits of either case. */
  private static void addUnits(Nfa bytes, int from, int first, int last, int digits, int to) {
    if (digits == 1) {
      bytes.edge(from, hexDigits(first, last), to);
      return;
    }
    int block = 1 << (4 * (digits - 1));
    int firstDigit = first / block;
    int lastDigit = last / block;
    if (firstDigit == lastDigit) {
      int next = bytes.addState();
      bytes.edge(from, hexDigits(firstDigit, firstDigit), next);
      addUnits(bytes, next, first % block, last % block, digits - 1, to);
    } else if (first % block != 0) {
      addUnits(bytes, from, first, (firstDigit + 1) * block - 1, digits, to);
      addUnits(bytes, from, (firstDigit + 1) * block, last, digits, to);
    } else if (last % block != block - 1) {
      addUnits(bytes, from, first, lastDigit * block - 1, digits, to);
      addUnits(bytes, from, lastDigit * block, last, digits, to);
    } else {
      int next = bytes.addState();
      bytes.edge(from, hexDigits(firstDigit, lastDigit), next);
      addUnits(bytes, next, 0, block - 1, digits - 1, to);
    }
  }

  private static SymbolSet hexDigits(int first, int last) {
    return SymbolSet.range('0' + first, '0' + Math.min(last, 9))
        .union(SymbolSet.range('a' + Math.max(first, 10) - 10, 'a' + last - 10))
        .union(SymbolSet.range('A' + Math.max(first, 10) - 10, 'A' + last - 10));
  }
}
