package dev.espalier.engine.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The tokens that are looked for in a text as they are written, before the model splits what stands
 * between them. Cuts a text where the library cuts it: from the left, at the longest token that
 * begins at a place (Aho–Corasick with leftmost-longest matches). Immutable.
 */
final class AddedTokens {

  /** Tokens by their characters; {@code token} is -1 where none ends. */
  private static final class Branch {
    final Map<Character, Branch> next = new HashMap<>();
    int token = -1;
  }

  /**
   * A token, or a text between tokens.
   *
   * @param text null for a token
   * @param token -1 for a text
   */
  record Piece(String text, int token) {}

  private final Branch root = new Branch();
  private final boolean[] first = new boolean[1 << Character.SIZE]; // what a token begins with
  private final boolean areLiteral;

  /**
   * @param tokens the field {@code added_tokens} of a {@code tokenizer.json}
   */
  AddedTokens(JsonNode tokens) {
    boolean literal = true;
    for (JsonNode token : tokens) {
      for (String flag : List.of("normalized", "lstrip", "rstrip", "single_word")) {
        literal &= !token.path(flag).asBoolean();
      }
      Branch branch = root;
      for (char c : token.path("content").asText().toCharArray()) {
        branch = branch.next.computeIfAbsent(c, key -> new Branch());
      }
      if (branch != root) {
        branch.token = token.path("id").asInt();
      }
    }
    root.next.keySet().forEach(character -> first[character] = true);
    areLiteral = literal;
  }

  /** Whether all are found as they are written, wherever they stand; else {@link #cut} may err. */
  boolean areLiteral() {
    return areLiteral;
  }

  /** The pieces of {@code text} in order; no text among them is empty. */
  List<Piece> cut(String text) {
    List<Piece> pieces = new ArrayList<>();
    int from = 0;
    int i = 0;
    while (i < text.length()) {
      Match match = first[text.charAt(i)] ? longestAt(text, i) : null;
      if (match == null) {
        i++;
        continue;
      }
      addText(text, from, i, pieces);
      pieces.add(new Piece(null, match.token));
      i = match.end;
      from = i;
    }
    addText(text, from, text.length(), pieces);
    return pieces;
  }

  private static void addText(String text, int from, int to, List<Piece> pieces) {
    if (to > from) {
      pieces.add(new Piece(text.substring(from, to), -1));
    }
  }

  private record Match(int end, int token) {}

  /** The longest token that begins at {@code start}, or null. */
  private Match longestAt(String text, int start) {
    Match longest = null;
    Branch branch = root.next.get(text.charAt(start));
    for (int i = start + 1; branch != null; i++) {
      if (branch.token >= 0) {
        longest = new Match(i, branch.token);
      }
      branch = i < text.length() ? branch.next.get(text.charAt(i)) : null;
    }
    return longest;
  }
}
