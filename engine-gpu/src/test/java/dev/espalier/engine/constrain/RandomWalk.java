package dev.espalier.engine.constrain;

import dev.espalier.engine.constrain.vocabulary.CompiledConstraint;
import dev.espalier.engine.text.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Random;

/** Walks over allowed tokens, as a sampler would with all logits equal. */
public final class RandomWalk {
  private RandomWalk() {}

  /**
   * The text of one walk to the end of the constraint, or null if {@code maxTokens} were not
   * enough. Tokens are drawn evenly among the bytes that may come first, then among their tokens,
   * so that rare ways to go on, such as closing a string, are met.
   */
  static String text(
      CompiledConstraint constraint, Tokenizer vocabulary, long seed, int maxTokens) {
    Random random = new Random(seed);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CompiledConstraint.State state = constraint.start();
    for (int i = 0; i < maxTokens; i++) {
      BitSet allowed = BitSet.valueOf(state.allowed());
      if (state.isFinal() != allowed.isEmpty()) {
        throw new AssertionError("final and yet tokens may come");
      }
      if (allowed.isEmpty() || (state.mayEnd() && random.nextInt(3) == 0)) {
        if (!state.mayEnd()) {
          throw new AssertionError("stuck after " + out.toString(StandardCharsets.UTF_8));
        }
        return decode(out.toByteArray());
      }
      int token = draw(allowed, vocabulary, random);
      if (allowed.cardinality() == 1 && !state.mayEnd() && state.forced() != token) {
        throw new AssertionError("the only token " + token + " is not forced");
      }
      out.writeBytes(vocabulary.bytes(token));
      state = state.next(token);
    }
    return null;
  }

  private static int draw(BitSet allowed, Tokenizer vocabulary, Random random) {
    BitSet firsts = new BitSet(256);
    allowed.stream().forEach(token -> firsts.set(vocabulary.bytes(token)[0] & 0xFF));
    int[] bytes = firsts.stream().toArray();
    int first = bytes[random.nextInt(bytes.length)];
    int[] tokens = allowed.stream().filter(t -> (vocabulary.bytes(t)[0] & 0xFF) == first).toArray();
    return tokens[random.nextInt(tokens.length)];
  }

  private static String decode(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new AssertionError("not UTF-8", e);
    }
  }
}
