package dev.espalier.engine;

import dev.espalier.engine.text.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Letters, a space, some longer tokens, the single bytes of é and €, and two special tokens.
 * Encodes by the longest token that fits.
 */
final class SmallTokenizer implements Tokenizer {
  static final int END = 0;
  static final int TURN = 1;

  private final List<byte[]> tokens = new ArrayList<>();

  SmallTokenizer() {
    tokens.add(new byte[0]);
    tokens.add(new byte[0]);
    for (char letter = 'a'; letter <= 'z'; letter++) {
      tokens.add(new byte[] {(byte) letter});
    }
    for (String text :
        List.of(" ", "\n", " a", " b", "ab", "abc", "st", "op", "sto", "1", "2", "é")) {
      tokens.add(text.getBytes(StandardCharsets.UTF_8));
    }
    for (byte b : "é€".getBytes(StandardCharsets.UTF_8)) {
      tokens.add(new byte[] {b});
    }
  }

  static ModelInfo model(int contextLength) {
    return new ModelInfo(
        "history", "Test", "", contextLength, new SmallTokenizer().size(), java.util.Set.of(END));
  }

  @Override
  public TokenSequence encode(String text, boolean addSpecialTokens) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    List<Integer> ids = new ArrayList<>();
    for (int at = 0; at < bytes.length; ) {
      int best = -1;
      for (int id = 2; id < tokens.size(); id++) {
        byte[] token = tokens.get(id);
        if (at + token.length <= bytes.length
            && java.util.Arrays.equals(bytes, at, at + token.length, token, 0, token.length)
            && (best < 0 || token.length > tokens.get(best).length)) {
          best = id;
        }
      }
      ids.add(best < 0 ? TURN : best);
      at += best < 0 ? 1 : tokens.get(best).length;
    }
    return TokenSequence.of(ids.stream().mapToInt(Integer::intValue).toArray());
  }

  @Override
  public TokenSequence encodeContinuation(String text) {
    return encode(text, false);
  }

  @Override
  public String decode(TokenSequence ids) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int id : ids.toArray()) {
      bytes.writeBytes(
          isSpecial(id) ? ("<" + id + ">").getBytes(StandardCharsets.UTF_8) : bytes(id));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] bytes(int token) {
    return token < tokens.size() ? tokens.get(token).clone() : new byte[0];
  }

  @Override
  public boolean isSpecial(int token) {
    return token < 2;
  }

  @Override
  public OptionalInt id(String token) {
    return token.equals("<0>") ? OptionalInt.of(END) : OptionalInt.empty();
  }

  @Override
  public int size() {
    return tokens.size();
  }
}
