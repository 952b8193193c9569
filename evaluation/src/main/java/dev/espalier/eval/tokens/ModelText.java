package dev.espalier.eval.tokens;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.espalier.engine.TokenSequence;
import dev.espalier.engine.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** A model as lm-evaluation-harness sees its text side. Thread-safe. */
public final class ModelText {
  private final Tokenizer tokenizer;
  private final int maxLength;
  private final Optional<Special> bos;
  private final Optional<Special> eos;
  private final Optional<Boolean> addBos;
  private final Defaults defaults;
  private final Around around;

  /** A special token: its id, and as it is written. */
  public record Special(int id, String text) {}

  /**
   * What {@code generation_config.json} says, which a task's own arguments replace.
   *
   * @param topK as transformers has it: 50 where nobody says otherwise
   */
  record Defaults(
      OptionalInt topK,
      OptionalDouble topP,
      OptionalDouble minP,
      OptionalDouble repetitionPenalty) {}

  private ModelText(
      Tokenizer tokenizer,
      int maxLength,
      Optional<Special> bos,
      Optional<Special> eos,
      Optional<Boolean> addBos,
      Defaults defaults) {
    this.tokenizer = tokenizer;
    this.maxLength = maxLength;
    this.bos = bos;
    this.eos = eos;
    this.addBos = addBos;
    this.defaults = defaults;
    this.around = around(tokenizer);
  }

  /**
   * Reads what a checkpoint in Hugging Face form says beside its tokenizer.
   *
   * @param contextLength most tokens that the model reads at once
   * @throws IOException if a file cannot be read or is no JSON, naming it
   */
  public static ModelText of(Tokenizer tokenizer, Path directory, int contextLength)
      throws IOException {
    JsonNode config = read(directory.resolve("tokenizer_config.json"));
    JsonNode map = read(directory.resolve("special_tokens_map.json"));
    JsonNode generation = read(directory.resolve("generation_config.json"));
    return new ModelText(
        tokenizer,
        contextLength,
        special("bos_token", config, map, tokenizer),
        special("eos_token", config, map, tokenizer),
        Optional.empty(),
        new Defaults(
            generation.path("top_k").isInt()
                ? OptionalInt.of(generation.path("top_k").asInt())
                : OptionalInt.empty(),
            number(generation, "top_p"),
            number(generation, "min_p"),
            number(generation, "repetition_penalty")));
  }

  /** The same where it is said whether what belongs around a whole text is added. */
  public ModelText withAddBos(Optional<Boolean> value) {
    return new ModelText(tokenizer, maxLength, bos, eos, value, defaults);
  }

  private static OptionalDouble number(JsonNode config, String name) {
    return config.path(name).isNumber()
        ? OptionalDouble.of(config.path(name).asDouble())
        : OptionalDouble.empty();
  }

  private static Optional<Special> special(
      String name, JsonNode config, JsonNode map, Tokenizer tokenizer) {
    JsonNode node = config.has(name) ? config.path(name) : map.path(name);
    String text = node.isObject() ? node.path("content").asText("") : node.asText("");
    if (node.isNull() || text.isEmpty()) {
      return Optional.empty();
    }
    OptionalInt id = tokenizer.id(text);
    return id.isPresent() ? Optional.of(new Special(id.getAsInt(), text)) : Optional.empty();
  }

  private static JsonNode read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return MissingNode.getInstance();
    }
    try {
      return new ObjectMapper().readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new IOException(file + " is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** Most tokens that the model reads at once. */
  public int maxLength() {
    return maxLength;
  }

  /** The token that begins a sequence. */
  public Optional<Special> bos() {
    return bos;
  }

  /** The token that ends a sequence. */
  public Optional<Special> eos() {
    return eos;
  }

  Defaults defaults() {
    return defaults;
  }

  /**
   * The token that a text without a context is conditioned on: that of the beginning or the end.
   */
  public Optional<Special> prefix() {
    return bos.isPresent() ? bos : eos;
  }

  /**
   * The tokens of a whole text. One that begins with {@code written} has its beginning already.
   *
   * @param written the text of a token, if there is one
   */
  TokenSequence encodeWhole(String text, Optional<Special> written) {
    boolean begins = written.isPresent() && text.startsWith(written.get().text());
    return encode(text, !begins && addBos.orElse(true));
  }

  /** The tokens of a text with or without what belongs around a whole one. */
  TokenSequence encode(String text, boolean whole) {
    TokenSequence bare = tokenizer.encode(text, false);
    return whole ? around.before().concat(bare).concat(around.after()) : bare;
  }

  /** What a tokenizer puts around a whole text. */
  private record Around(TokenSequence before, TokenSequence after) {}

  /**
   * Whole texts are not kept by a tokenizer, and others are: so their middle is asked for alone.
   */
  private static Around around(Tokenizer tokenizer) {
    TokenSequence whole = tokenizer.encode("a", true);
    TokenSequence bare = tokenizer.encode("a", false);
    for (int i = 0; i + bare.length() <= whole.length(); i++) {
      if (whole.slice(i, i + bare.length()).equals(bare)) {
        return new Around(whole.slice(0, i), whole.slice(i + bare.length(), whole.length()));
      }
    }
    throw new IllegalStateException("the tokenizer changes a text to which it adds tokens");
  }
}
