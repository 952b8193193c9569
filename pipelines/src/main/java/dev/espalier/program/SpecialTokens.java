package dev.espalier.program;

import dev.espalier.engine.TokenSequence;
import dev.espalier.engine.text.Tokenizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How the special tokens of a tokenizer are written, to find them in text. Immutable. */
final class SpecialTokens {
  /** By first character; longer ones first. */
  private final Map<Character, List<String>> written = new TreeMap<>();

  SpecialTokens(Tokenizer tokenizer) {
    for (int id = 0; id < tokenizer.size(); id++) {
      if (tokenizer.isSpecial(id)) {
        String token = tokenizer.decode(TokenSequence.of(id));
        if (!token.isEmpty()) {
          written.computeIfAbsent(token.charAt(0), first -> new ArrayList<>()).add(token);
        }
      }
    }
    written
        .values()
        .forEach(tokens -> tokens.sort(Comparator.comparingInt(String::length).reversed()));
  }

  /** Whether a special token is written at {@code index}, and of more than one character. */
  private boolean isAt(String text, int index) {
    List<String> candidates = written.get(text.charAt(index));
    return candidates != null
        && candidates.stream().anyMatch(token -> text.startsWith(token, index));
  }

  boolean occursIn(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (isAt(text, i)) {
        return true;
      }
    }
    return false;
  }

  /** {@code text} with {@code cut} after the first character of each special token in it. */
  String guard(String text, char cut) {
    StringBuilder guarded = new StringBuilder(text.length() + 8);
    for (int i = 0; i < text.length(); i++) {
      guarded.append(text.charAt(i));
      // A surrogate pair stays whole; the second half follows before the cut.
      if (isAt(text, i)) {
        if (Character.isHighSurrogate(text.charAt(i)) && i + 1 < text.length()) {
          guarded.append(text.charAt(++i));
        }
        guarded.append(cut);
      }
    }
    return guarded.toString();
  }
}
