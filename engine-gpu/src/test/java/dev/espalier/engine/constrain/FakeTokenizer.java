package dev.espalier.engine.constrain;

import dev.espalier.engine.TokenSequence;
import dev.espalier.engine.text.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;

/** A vocabulary given by the bytes of its tokens; token 0 is special. Greedy longest match. */
final class FakeTokenizer implements Tokenizer {
  private final List<byte[]> tokens = new ArrayList<>();

  private FakeTokenizer() {
    tokens.add(new byte[0]);
  }

  static FakeTokenizer of(String... texts) {
    FakeTokenizer tokenizer = new FakeTokenizer();
    for (String text : texts) {
      tokenizer.tokens.add(text.getBytes(StandardCharsets.UTF_8));
    }
    return tokenizer;
  }

  /** Every byte, {@code texts}, and pieces of {@code texts} cut at random bytes. */
  static FakeTokenizer withBytesAndPieces(long seed, String... texts) {
    FakeTokenizer tokenizer = of(texts);
    for (int i = 0; i < 256; i++) {
      tokenizer.tokens.add(new byte[] {(byte) i});
    }
    Random random = new Random(seed);
    for (String text : texts) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < 8; i++) {
        int from = random.nextInt(bytes.length);
        int to = from + 1 + random.nextInt(bytes.length - from);
        tokenizer.tokens.add(Arrays.copyOfRange(bytes, from, to));
      }
    }
    return tokenizer;
  }

  /** The token of a single byte. */
  int single(byte b) {
    for (int token = 1; token < tokens.size(); token++) {
      if (tokens.get(token).length == 1 && tokens.get(token)[0] == b) {
        return token;
      }
    }
    throw new IllegalArgumentException("byte " + b + " is no token");
  }

  @Override
  public TokenSequence encode(String text, boolean addSpecialTokens) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int[] ids = new int[bytes.length];
    int count = 0;
    for (int at = 0; at < bytes.length; ) {
      int best = -1;
      for (int token = 1; token < tokens.size(); token++) {
        byte[] candidate = tokens.get(token);
        if (candidate.length <= bytes.length - at
            && (best < 0 || candidate.length > tokens.get(best).length)
            && Arrays.equals(candidate, 0, candidate.length, bytes, at, at + candidate.length)) {
          best = token;
        }
      }
      if (best < 0) {
        throw new IllegalArgumentException("no token at byte " + at + " of " + text);
      }
      ids[count++] = best;
      at += tokens.get(best).length;
    }
    return TokenSequence.of(ids).slice(0, count);
  }

  @Override
  public TokenSequence encodeContinuation(String text) {
    return encode(text, false);
  }

  @Override
  public String decode(TokenSequence sequence) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < sequence.length(); i++) {
      out.writeBytes(tokens.get(sequence.get(i)));
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] bytes(int token) {
    return token < tokens.size() ? tokens.get(token).clone() : new byte[0];
  }

  @Override
  public boolean isSpecial(int token) {
    return token == 0;
  }

  @Override
  public OptionalInt id(String token) {
    return OptionalInt.empty();
  }

  @Override
  public int size() {
    return tokens.size();
  }
}
