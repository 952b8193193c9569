package dev.espalier.engine.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.engine.text.pattern.Backtracking;
import dev.espalier.engine.text.pattern.PatternException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Edits to the tree of a {@code tokenizer.json} that transformers makes when it loads one, and the
 * one that encoding a continuation needs.
 */
final class TokenizerDefinition {
  static final List<String> NAMED_TOKENS =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");

  private static final int DEEPEST = 20;

  private TokenizerDefinition() {}

  /**
   * Adds the tokens that only {@code tokenizer_config.json} tells of, and marks those it names as
   * special.
   *
   * @return whether {@code tokenizer} was changed
   */
  static boolean complete(ObjectNode tokenizer, Path configFile, JsonNode config) {
    boolean changed = false;
    Set<String> named = named(config);
    Set<String> known = new HashSet<>();
    ArrayNode added = tokenizer.withArrayProperty("added_tokens");
    for (JsonNode token : added) {
      String content = token.path("content").asText();
      known.add(content);
      if (named.contains(content) && !token.path("special").asBoolean()) {
        ((ObjectNode) token).put("special", true);
        changed = true;
      }
    }
    for (Map.Entry<Integer, ObjectNode> token : decoded(configFile, config).entrySet()) {
      if (known.add(token.getValue().path("content").asText())) {
        added.add(token.getValue().deepCopy().put("id", token.getKey()));
        changed = true;
      }
    }
    JsonNode vocabulary = tokenizer.path("model").path("vocab");
    for (String content : named) {
      if (vocabulary.path(content).isInt() && known.add(content)) {
        added.add(special(content, vocabulary.path(content).asInt()));
        changed = true;
      }
    }
    return changed;
  }

  /**
   * @throws IllegalArgumentException if {@code added_tokens} is no list of tokens
   */
  static void requireAddedTokens(JsonNode tokenizer) {
    JsonNode added = tokenizer.path("added_tokens");
    if (!added.isArray() && !added.isMissingNode() && !added.isNull()) {
      throw new IllegalArgumentException("added_tokens is no list");
    }
    for (int i = 0; i < added.size(); i++) {
      if (!added.get(i).isObject() || !added.get(i).path("content").isTextual()) {
        throw new IllegalArgumentException(
            "added_tokens[" + i + "] is no object with a text as content");
      }
    }
  }

  /** The tokens of the field {@code added_tokens_decoder}, by id. */
  private static SortedMap<Integer, ObjectNode> decoded(Path file, JsonNode config) {
    SortedMap<Integer, ObjectNode> tokens = new TreeMap<>();
    JsonNode decoder = config.path("added_tokens_decoder");
    if (!decoder.isObject() && !decoder.isMissingNode() && !decoder.isNull()) {
      throw TokenizerFiles.invalid(file, "has added_tokens_decoder, which is no object", null);
    }
    for (Map.Entry<String, JsonNode> token : decoder.properties()) {
      String place = "has added_tokens_decoder[\"" + token.getKey() + "\"], ";
      if (!token.getKey().matches("[0-9]{1,7}")) {
        throw TokenizerFiles.invalid(file, place + "whose name is no id", null);
      }
      if (!(token.getValue() instanceof ObjectNode object) || !object.path("content").isTextual()) {
        throw TokenizerFiles.invalid(
            file, place + "which is no object with a text as content", null);
      }
      tokens.put(Integer.valueOf(token.getKey()), object);
    }
    return tokens;
  }

  /**
   * @throws EngineException CHECKPOINT_INVALID if a field that names a special token does not
   */
  static void checkNamedTokens(Path file, JsonNode config) {
    for (String name : NAMED_TOKENS) {
      JsonNode token = config.path(name);
      boolean isToken = token.isTextual() || token.path("content").isTextual();
      if (!isToken && !token.isMissingNode() && !token.isNull()) {
        throw TokenizerFiles.invalid(
            file, "has " + name + ", which is neither a text nor an object with content", null);
      }
    }
  }

  /**
   * Refuses regular expressions that the native library could not finish, and would end the process
   * for.
   *
   * @throws EngineException CHECKPOINT_INVALID with the path of the pattern
   */
  static void checkPatterns(Path file, JsonNode tokenizer) {
    for (String part : List.of("normalizer", "pre_tokenizer", "post_processor", "decoder")) {
      checkPatterns(file, part, tokenizer.path(part), 0);
    }
  }

  private static void checkPatterns(Path file, String path, JsonNode node, int depth) {
    if (depth > DEEPEST) {
      throw TokenizerFiles.invalid(file, path + " is nested too deep", null);
    }
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      checkPatterns(file, path + "[" + i + "]", node.get(i), depth + 1);
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      String inner = path + "." + field.getKey();
      if (field.getKey().equals("Regex") && field.getValue().isTextual()) {
        checkPattern(file, inner, field.getValue().textValue());
      } else {
        checkPatterns(file, inner, field.getValue(), depth + 1);
      }
    }
  }

  private static void checkPattern(Path file, String path, String pattern) {
    try {
      Backtracking.check(pattern);
    } catch (PatternException e) {
      String shown = pattern.length() > 100 ? pattern.substring(0, 100) + "…" : pattern;
      throw TokenizerFiles.invalid(
          file,
          "has a regular expression that is refused: "
              + path
              + ", "
              + shown
              + ", "
              + e.getMessage()
              + "; write it so that each text can be matched in one way",
          e);
    }
  }

  private static Set<String> named(JsonNode config) {
    Set<String> named = new LinkedHashSet<>();
    for (String name : NAMED_TOKENS) {
      addNamed(named, config.path(name));
    }
    config.path("additional_special_tokens").forEach(token -> addNamed(named, token));
    config.path("extra_special_tokens").forEach(token -> addNamed(named, token));
    return named;
  }

  private static void addNamed(Set<String> named, JsonNode token) {
    if (token.isTextual() || token.isObject()) {
      named.add(TokenizerFiles.tokenText(token));
    }
  }

  private static ObjectNode special(String content, int id) {
    ObjectNode token = JsonNodeFactory.instance.objectNode();
    token.put("id", id).put("content", content).put("special", true);
    for (String flag : List.of("single_word", "lstrip", "rstrip", "normalized")) {
      token.put(flag, false);
    }
    return token;
  }

  /** Where a tokenizer puts a space that the text does not have. */
  enum PrefixSpace {
    NEVER,
    /** At the beginning of the text, unless a special token stands there. */
    FIRST,
    /** Also behind every special token. */
    EVERY
  }

  /**
   * Removes what puts a space before a text: the normalizer Prepend, and the prefixes of the
   * pre-tokenizers Metaspace and ByteLevel.
   *
   * @return where {@code tokenizer} put spaces until now
   */
  static PrefixSpace removePrefixSpace(ObjectNode tokenizer) {
    PrefixSpace prepended = removePrepend(tokenizer) ? PrefixSpace.EVERY : PrefixSpace.NEVER;
    PrefixSpace added = removePrefix(tokenizer.path("pre_tokenizer"));
    return prepended.compareTo(added) > 0 ? prepended : added;
  }

  private static boolean removePrepend(ObjectNode tokenizer) {
    JsonNode normalizer = tokenizer.path("normalizer");
    if (isPrepend(normalizer)) {
      tokenizer.putNull("normalizer");
      return true;
    }
    boolean changed = false;
    if (normalizer.path("normalizers") instanceof ArrayNode steps) {
      for (int i = steps.size() - 1; i >= 0; i--) {
        if (isPrepend(steps.get(i))) {
          steps.remove(i);
          changed = true;
        }
      }
    }
    return changed;
  }

  private static boolean isPrepend(JsonNode normalizer) {
    return normalizer.path("type").asText().equals("Prepend");
  }

  private static PrefixSpace removePrefix(JsonNode preTokenizer) {
    PrefixSpace removed = PrefixSpace.NEVER;
    for (JsonNode step : preTokenizer.path("pretokenizers")) {
      PrefixSpace ofStep = removePrefix(step);
      removed = removed.compareTo(ofStep) > 0 ? removed : ofStep;
    }
    if (!(preTokenizer instanceof ObjectNode step)) {
      return removed;
    }
    boolean addsSpace = step.path("add_prefix_space").asBoolean(true);
    switch (step.path("type").asText()) {
      case "Metaspace" -> {
        String scheme = step.path("prepend_scheme").asText(addsSpace ? "always" : "never");
        step.remove("add_prefix_space");
        step.put("prepend_scheme", "never");
        return switch (scheme) {
          case "always" -> PrefixSpace.EVERY;
          case "first" -> PrefixSpace.FIRST;
          default -> removed;
        };
      }
      case "ByteLevel" -> {
        step.put("add_prefix_space", false);
        return addsSpace ? PrefixSpace.EVERY : removed;
      }
      default -> {
        return removed;
      }
    }
  }
}
