package dev.espalier.eval.tokens;

import dev.espalier.engine.SamplingParameters;
import dev.espalier.engine.TokenSequence;
import dev.espalier.engine.text.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/** One request to an engine: equal ones have equal answers. */
public sealed interface TokenRequest {

  /** All tokens before the first that is scored or generated; at least one. */
  TokenSequence prompt();

  /** Names it by its content: 32 hexadecimal digits. */
  String key();

  /**
   * Asks for the log-probabilities of continuations of one prompt.
   *
   * @param continuations none twice, each of at least one token
   */
  record Score(TokenSequence prompt, List<TokenSequence> continuations) implements TokenRequest {
    public Score {
      Objects.requireNonNull(prompt, "prompt");
      continuations = List.copyOf(continuations);
    }

    @Override
    public String key() {
      ContentKey key = new ContentKey("score").tokens(prompt);
      continuations.forEach(key::tokens);
      return key.hex();
    }
  }

  /**
   * Asks for texts.
   *
   * @param sampling with as many samples as there are repeats, one if it is greedy
   * @param seed of the random numbers; 0 if it is greedy
   * @param thinkEnd the token after whose last occurrence an answer begins
   */
  record Generate(
      TokenSequence prompt, SamplingParameters sampling, long seed, OptionalInt thinkEnd)
      implements TokenRequest {
    public Generate {
      Objects.requireNonNull(prompt, "prompt");
      Objects.requireNonNull(sampling, "sampling");
      Objects.requireNonNull(thinkEnd, "thinkEnd");
    }

    @Override
    public String key() {
      return new ContentKey("generate")
          .tokens(prompt)
          .text(SamplingJson.of(sampling))
          .text(Long.toString(seed))
          .text(thinkEnd.isPresent() ? Integer.toString(thinkEnd.getAsInt()) : "")
          .hex();
    }

    /**
     * What was generated as text: without special tokens, and without what stands before the end of
     * a thought.
     */
    public String text(TokenSequence generated, Tokenizer tokenizer) {
      int from = 0;
      for (int i = 0; i < generated.length() && thinkEnd.isPresent(); i++) {
        from = generated.get(i) == thinkEnd.getAsInt() ? i + 1 : from;
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(4 * generated.length());
      for (int i = from; i < generated.length(); i++) {
        bytes.writeBytes(tokenizer.bytes(generated.get(i)));
      }
      String text = bytes.toString(StandardCharsets.UTF_8);
      return thinkEnd.isPresent() ? Whitespace.stripLeading(text) : text;
    }

    /** Names the random numbers: those of one prompt, whatever else is asked of it. */
    public String randomKey() {
      return new ContentKey("random").tokens(prompt).hex();
    }
  }
}
