package dev.espalier.engine.constrain.automaton;

import java.nio.charset.StandardCharsets;

/** UTF-8: shortest forms only, and no surrogates, since no {@link SymbolSet} of text has them. */
public final class Utf8 extends Encoding {
  public static final Utf8 INSTANCE = new Utf8();

  private static final int[] LAST_OF_LENGTH = {0x7F, 0x7FF, 0xFFFF, 0x10FFFF};

  private Utf8() {}

  @Override
  protected Dfa spellings(SymbolSet codePoints, CompilationBudget budget) {
    Nfa bytes = new Nfa(budget);
    int end = bytes.addState();
    bytes.accept(end);
    addSpellings(bytes, 0, codePoints, end);
    return bytes.toDfa();
  }

  /** The bytes of {@code text}, 0 to 255, as symbols. */
  public static int[] bytes(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int[] symbols = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      symbols[i] = bytes[i] & 0xFF;
    }
    return symbols;
  }

  /** Adds ways from {@code from} to {@code to} that read a code point of {@code codePoints}. */
  public static void addSpellings(Nfa bytes, int from, SymbolSet codePoints, int to) {
    SymbolSet text = codePoints.intersect(SymbolSet.CODE_POINTS);
    for (int range = 0; range < text.rangeCount(); range++) {
      int first = text.first(range);
      for (int length = 1; length <= 4 && first <= text.last(range); length++) {
        int last = Math.min(text.last(range), LAST_OF_LENGTH[length - 1]);
        if (first <= last) {
          addRange(bytes, from, first, last, length, to);
          first = last + 1;
        }
      }
    }
  }

  /** Splits a range until its spellings are a product of byte ranges. */
  private static void addRange(Nfa bytes, int from, int first, int last, int length, int to) {
    for (int i = 1; i < length; i++) {
      int low = (1 << (6 * i)) - 1;
      if ((first & ~low) != (last & ~low)) {
        if ((first & low) != 0) {
          addRange(bytes, from, first, first | low, length, to);
          addRange(bytes, from, (first | low) + 1, last, length, to);
          return;
        }
        if ((last & low) != low) {
          addRange(bytes, from, first, (last & ~low) - 1, length, to);
          addRange(bytes, from, last & ~low, last, length, to);
          return;
        }
      }
    }
    int state = from;
    for (int i = 0; i < length; i++) {
      int next = i == length - 1 ? to : bytes.addState();
      bytes.edge(state, SymbolSet.range(unit(first, length, i), unit(last, length, i)), next);
      state = next;
    }
  }

  /** Byte {@code index} of the spelling of {@code codePoint} in {@code length} bytes. */
  private static int unit(int codePoint, int length, int index) {
    if (length == 1) {
      return codePoint;
    }
    int bits = codePoint >> (6 * (length - 1 - index));
    return index == 0 ? ((0xF00 >> length) & 0xFF) | bits : 0x80 | (bits & 0x3F);
  }
}
