package dev.espalier.engine.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.engine.TokenSequence;

/**
 * What {@code add_bos_token} and {@code add_eos_token} of a {@code tokenizer_config.json} ask for.
 * Where either is given, transformers lets them decide instead of the tokenizer's post-processor.
 *
 * @param isExplicit whether either is given
 */
record SpecialFrame(boolean isExplicit, TokenSequence before, TokenSequence after) {

  static SpecialFrame of(JsonNode config, Vocabulary vocabulary) {
    return new SpecialFrame(
        config.has("add_bos_token") || config.has("add_eos_token"),
        token(config, "add_bos_token", "bos_token", vocabulary),
        token(config, "add_eos_token", "eos_token", vocabulary));
  }

  private static TokenSequence token(
      JsonNode config, String flag, String name, Vocabulary vocabulary) {
    if (!config.path(flag).asBoolean() || !config.hasNonNull(name)) {
      return TokenSequence.empty();
    }
    String text = TokenizerFiles.tokenText(config.get(name));
    int id =
        vocabulary
            .id(text)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(name + " " + text + " is not in the vocabulary"));
    return TokenSequence.of(id);
  }

  TokenSequence around(int[] tokens) {
    return before.concat(TokenSequence.of(tokens)).concat(after);
  }
}
