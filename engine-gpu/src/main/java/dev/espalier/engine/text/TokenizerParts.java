package dev.espalier.engine.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.engine.text.pattern.Backtracking;
import dev.espalier.engine.text.pattern.PatternException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Refuses what the native library takes at its word in a {@code tokenizer.json} and then ends the
 * process for, runs out of memory with, or draws by chance. To be called once the nesting of the
 * file is bounded.
 */
final class TokenizerParts {
  /** Ids go up to the most entries that {@code config.json} may give a vocabulary. */
  static final int LARGEST_ID = (1 << 22) - 1;

  /** How many bytes a normaliser may make of one. */
  private static final long MOST_GROWTH = 64;

  private TokenizerParts() {}

  /**
   * @param tokenizer the tree of a {@code tokenizer.json}
   * @throws IllegalArgumentException naming the field, and what to write there
   */
  static void check(JsonNode tokenizer) {
    JsonNode dropout = tokenizer.path("model").path("dropout");
    if (dropout.asDouble(0) != 0) {
      throw invalid(
          "model.dropout is "
              + dropout
              + ": a text would get other tokens each time; set it to null");
    }
    long growth = 1;
    for (Part part : parts("normalizer", "normalizers", tokenizer.path("normalizer"))) {
      growth *= normalizer(part);
      if (growth > MOST_GROWTH) {
        throw invalid(part.path + " makes a text more than " + MOST_GROWTH + " times as long");
      }
    }
    for (Part part : parts("pre_tokenizer", "pretokenizers", tokenizer.path("pre_tokenizer"))) {
      if (part.is("FixedLength") && part.json.path("length").asInt(1) < 1) {
        throw invalid(part.path + ".length has to be 1 or more");
      }
    }
    for (Part part : parts("post_processor", "processors", tokenizer.path("post_processor"))) {
      if (part.is("TemplateProcessing")) {
        template(part);
      }
    }
  }

  /**
   * The ids that added tokens say they have have to be those that the library gives them: that of
   * the vocabulary, else the next one that is free.
   *
   * @throws IllegalArgumentException naming the first token that has another one
   */
  static void checkIds(JsonNode tokenizer) {
    JsonNode vocabulary = tokenizer.path("model").path("vocab");
    Map<String, Integer> known = new HashMap<>();
    for (int id = 0; vocabulary.isArray() && id < vocabulary.size(); id++) {
      known.put(vocabulary.get(id).path(0).asText(), id);
    }
    vocabulary.properties().forEach(token -> known.put(token.getKey(), token.getValue().asInt()));
    int next = vocabulary.size();
    for (JsonNode token : tokenizer.path("added_tokens")) {
      String content = token.path("content").asText();
      if (content.isEmpty()) {
        continue; // the library leaves it out
      }
      Integer there = known.get(content);
      int id = there == null ? next : there;
      if (!token.path("id").isIntegralNumber() || token.path("id").asLong() != id) {
        throw invalid(
            "the added token \""
                + content
                + "\" says that its id is "
                + token.path("id")
                + ", but "
                + (there == null ? "the next one that is free is " : "it is there with the id ")
                + id
                + "; give each token one id, without gaps behind model.vocab");
      }
      known.put(content, id);
      next = Math.max(next, id + 1);
    }
  }

  /**
   * Refuses an added token of which the normaliser leaves nothing: the library would look for it at
   * every place.
   *
   * @throws IllegalArgumentException naming the token
   * @throws RuntimeException if the library refuses the normaliser
   */
  static void checkNormalized(JsonNode tokenizer) {
    NativeTokenizer normalizer = null;
    for (JsonNode token : tokenizer.path("added_tokens")) {
      String content = token.path("content").asText();
      if (content.isEmpty()
          || !token.path("normalized").asBoolean()
          || !tokenizer.path("normalizer").isObject()) {
        continue;
      }
      if (normalizer == null) {
        normalizer = new NativeTokenizer(normalizerAlone(tokenizer.path("normalizer")));
      }
      if (normalizer.encode(content).length == 0) {
        throw invalid(
            "the normalizer leaves nothing of the added token \""
                + content
                + "\"; set its field normalized to false");
      }
    }
  }

  /** A tokenizer that makes one token of all that a normaliser leaves of a text. */
  private static String normalizerAlone(JsonNode normalizer) {
    ObjectNode tokenizer = JsonNodeFactory.instance.objectNode();
    tokenizer.set("normalizer", normalizer);
    ObjectNode model = tokenizer.putObject("model");
    model.put("type", "WordLevel").put("unk_token", "?").putObject("vocab").put("?", 0);
    return tokenizer.toString();
  }

  private record Part(String path, JsonNode json) {
    boolean is(String type) {
      return json.path("type").asText().equals(type);
    }
  }

  /** A part of the file, and all in it where it is a sequence of such. */
  private static List<Part> parts(String path, String inner, JsonNode json) {
    List<Part> parts = new ArrayList<>();
    parts.add(new Part(path, json));
    for (int i = 0; i < json.path(inner).size(); i++) {
      parts.addAll(parts(path + "." + inner + "[" + i + "]", inner, json.path(inner).path(i)));
    }
    return parts;
  }

  /** How many bytes it makes of one at most. */
  private static long normalizer(Part part) {
    if (part.is("Precompiled")) {
      try {
        CharacterMap.check(part.json.path("precompiled_charsmap"));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            part.path + ".precompiled_charsmap is damaged: " + e.getMessage(), e);
      }
    } else if (part.is("Prepend") && part.json.path("prepend").asText("").isEmpty()) {
      throw invalid(part.path + ".prepend is empty; leave the part out, or say what to prepend");
    } else if (part.is("Replace")) {
      return replace(part);
    }
    return 1;
  }

  private static long replace(Part part) {
    JsonNode pattern = part.json.path("pattern");
    String text = pattern.path("String").asText("x");
    try {
      if (text.isEmpty() || Backtracking.canMatchNothing(pattern.path("Regex").asText("x"))) {
        throw invalid(part.path + ".pattern can match nothing; write what is to be replaced");
      }
    } catch (PatternException e) {
      throw new IllegalArgumentException(part.path + ".pattern " + e.getMessage(), e);
    }
    return Math.max(1, bytes(part.json.path("content").asText()) / bytes(text));
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static void template(Part part) {
    JsonNode special = part.json.path("special_tokens");
    for (JsonNode piece : part.json.path("single")) {
      String token = piece.path("SpecialToken").path("id").asText("");
      if (piece.has("SpecialToken") && !special.has(token)) {
        throw invalid(
            part.path
                + ".single writes the token \""
                + token
                + "\", which is not in special_tokens");
      }
      if (piece.path("Sequence").path("id").asText("A").equals("B")) {
        throw invalid(part.path + ".single writes a second text, B; there is only A");
      }
    }
    for (JsonNode token : special) {
      for (JsonNode id : token.path("ids")) {
        if (!id.canConvertToInt() || id.asInt() > LARGEST_ID) {
          throw invalid(part.path + ".special_tokens has the id " + id);
        }
      }
    }
  }

  private static IllegalArgumentException invalid(String problem) {
    return new IllegalArgumentException(problem);
  }
}
