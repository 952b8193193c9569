package dev.espalier.engine.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.BitSet;
import java.util.Deque;

/**
 * The map of characters that SentencePiece compiles a normalisation into, Base64 of: the length of
 * a trie in bytes (4 bytes, little-endian), the trie as a double array (darts-clone), and the
 * replacements one after the other, each with a zero byte behind it.
 *
 * <p>Source: darts-clone's {@code DoubleArrayUnit}; spm_precompiled, which follows such a map
 * without looking whether it leads out of the array.
 */
final class CharacterMap {
  private CharacterMap() {}

  /**
   * @param map the field's value
   * @throws IllegalArgumentException if a walk through the trie can leave it, or a replacement
   *     begins nowhere
   */
  static void check(JsonNode map) {
    if (!map.isTextual()) {
      throw new IllegalArgumentException("it is no text");
    }
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(map.asText());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("it is no Base64", e);
    }
    if (!Base64.getEncoder().encodeToString(bytes).equals(map.asText())) {
      throw new IllegalArgumentException("its Base64 does not end as it should");
    }
    if (bytes.length < Integer.BYTES) {
      throw new IllegalArgumentException("it is too short");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int length = buffer.getInt();
    if (length < Integer.BYTES || length % Integer.BYTES != 0 || length > buffer.remaining()) {
      throw new IllegalArgumentException("its trie has no length that fits");
    }
    int[] units = new int[length / Integer.BYTES];
    buffer.asIntBuffer().get(units);
    buffer.position(Integer.BYTES + length);
    byte[] replacements = new byte[buffer.remaining()];
    buffer.get(replacements);
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(replacements));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("its replacements are not UTF-8", e);
    }
    walk(units, replacements);
  }

  private static void walk(int[] units, byte[] replacements) {
    BitSet seen = new BitSet();
    Deque<Integer> open = new ArrayDeque<>();
    open.add(offset(units[0]));
    while (!open.isEmpty()) {
      int base = open.remove();
      if (base < 0 || (base | 0xFF) >= units.length) {
        throw new IllegalArgumentException("its trie leads out of itself");
      }
      for (int label = 1; label <= 0xFF; label++) {
        int node = base ^ label;
        int unit = units[node];
        if ((unit & 0x8000_00FF) != label || seen.get(node)) {
          continue;
        }
        seen.set(node);
        int below = node ^ offset(unit);
        if ((unit >>> 8 & 1) == 1) { // A replacement ends here; its place stands under label 0.
          requireReplacement(units, below, replacements);
        }
        open.add(below);
      }
    }
  }

  private static void requireReplacement(int[] units, int node, byte[] replacements) {
    int place = node >= 0 && node < units.length ? units[node] & 0x7FFF_FFFF : -1;
    boolean begins =
        place >= 0
            && place < replacements.length
            && (replacements[place] & 0xC0) != 0x80; // not within a character
    int end = place;
    while (begins && end < replacements.length && replacements[end] != 0) {
      end++;
    }
    if (!begins || end == replacements.length) {
      throw new IllegalArgumentException("its trie names a replacement that is not there");
    }
  }

  private static int offset(int unit) {
    return unit >>> 10 << ((unit & 1 << 9) >>> 6);
  }
}
