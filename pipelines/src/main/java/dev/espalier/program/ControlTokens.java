package dev.espalier.program;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.TokenSequence;
import dev.espalier.engine.text.Tokenizer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How the tokens that control a model are written, to find them in text. Immutable. */
final class ControlTokens {
  /** A character that vocabularies do not have. */
  private static final String UNKNOWN = "\uE000";

  private record Written(String text, int id) {}

  /** By first character; longer ones first. */
  private final Map<Character, List<Written>> written = new TreeMap<>();

  private final boolean[] first = new boolean[1 << Character.SIZE]; // the first characters
  private final BitSet ids = new BitSet();

  ControlTokens(Tokenizer tokenizer) {
    tokenizer
        .controlTokens()
        .forEach(
            (id, token) -> {
              ids.set(id);
              if (!token.isEmpty()) {
                written
                    .computeIfAbsent(token.charAt(0), first -> new ArrayList<>())
                    .add(new Written(token, id));
              }
            });
    written.keySet().forEach(character -> first[character] = true);
    written
        .values()
        .forEach(
            tokens ->
                tokens.sort(
                    Comparator.comparingInt((Written token) -> token.text.length()).reversed()));
    // the token of unknown characters is of the text, though it is special
    for (int id : unknown(tokenizer).toArray()) {
      ids.clear(id);
    }
  }

  private static TokenSequence unknown(Tokenizer tokenizer) {
    try {
      return tokenizer.encodeContinuation(UNKNOWN);
    } catch (EngineException e) {
      return TokenSequence.empty(); // it has no token for them
    }
  }

  /** The longest control token that is written at {@code index}, or null. */
  private Written at(String text, int index) {
    if (!first[text.charAt(index)]) {
      return null;
    }
    for (Written token : written.get(text.charAt(index))) {
      if (text.startsWith(token.text, index)) {
        return token;
      }
    }
    return null;
  }

  /** {@code text} with {@code cut} after the first character of each control token in it. */
  String guard(String text, char cut) {
    StringBuilder guarded = null; // while the text is as it was
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      if (at(text, i) != null) {
        // A surrogate pair stays whole; the second half follows before the cut.
        if (Character.isHighSurrogate(text.charAt(i)) && i + 1 < text.length()) {
          i++;
        }
        guarded = guarded == null ? new StringBuilder(text.length() + 8) : guarded;
        guarded.append(text, from, i + 1).append(cut);
        from = i + 1;
      }
    }
    return guarded == null ? text : guarded.append(text, from, text.length()).toString();
  }

  /**
   * Whether all control tokens among {@code tokens} are written in {@code text}, in this order. A
   * tokenizer that normalises its text (to small letters, or by compatibility) may make one of
   * other characters.
   */
  boolean areWrittenIn(String text, TokenSequence tokens) {
    int at = 0;
    for (int i = 0; i < tokens.length(); i++) {
      if (ids.get(tokens.get(i))) {
        Written token = null;
        while (at < text.length() && (token == null || token.id != tokens.get(i))) {
          token = at(text, at);
          at += token == null ? 1 : token.text.length();
        }
        if (token == null || token.id != tokens.get(i)) {
          return false;
        }
      }
    }
    return true;
  }

  /** The control tokens that are written in {@code text}, and the characters between them. */
  List<String> apart(String text) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < text.length(); ) {
      Written token = at(text, i);
      int end =
          i + (token == null ? Character.charCount(text.codePointAt(i)) : token.text.length());
      parts.add(text.substring(i, end));
      i = end;
    }
    return parts;
  }
}
