package dev.espalier.engine.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.OptionalInt;

/** The tokens of a {@code tokenizer.json}: ids, written forms and bytes. Immutable. */
final class Vocabulary {
  private static final byte[] NONE = {};

  private final Map<String, Integer> ids = new HashMap<>();
  private final BitSet added = new BitSet();
  private final BitSet special = new BitSet();

  /** By id; null where an id has no token. Of a special token, the bytes it is written with. */
  private final byte[][] written;

  /**
   * @param tokenizer the tree of a {@code tokenizer.json}
   * @throws IllegalArgumentException if the file is not as it should be, or not supported
   */
  Vocabulary(JsonNode tokenizer) {
    JsonNode model = tokenizer.path("model");
    requireNoAffix(model, "continuing_subword_prefix");
    requireNoAffix(model, "end_of_word_suffix");
    readModel(model.path("vocab"));
    for (JsonNode token : tokenizer.path("added_tokens")) {
      int id = put(token.path("content").asText(), token.path("id"));
      added.set(id);
      special.set(id, token.path("special").asBoolean());
    }
    if (ids.isEmpty()) {
      throw new IllegalArgumentException("model.vocab is empty or missing");
    }
    int size = ids.values().stream().mapToInt(Integer::intValue).max().getAsInt() + 1;
    written = new byte[size][];
    TokenDecoder decoder = TokenDecoder.of(tokenizer.path("decoder"));
    ids.forEach((token, id) -> written[id] = writtenBytes(decoder, token, id));
  }

  private static void requireNoAffix(JsonNode model, String field) {
    if (!model.path(field).asText("").isEmpty() && !model.path(field).isNull()) {
      throw new IllegalArgumentException("model." + field + " is not supported");
    }
  }

  /** BPE and word models map a token to its id; Unigram lists tokens with their scores. */
  private void readModel(JsonNode vocabulary) {
    if (vocabulary.isArray()) {
      for (int id = 0; id < vocabulary.size(); id++) {
        ids.put(vocabulary.get(id).path(0).asText(), id);
      }
      return;
    }
    Iterator<Map.Entry<String, JsonNode>> fields = vocabulary.fields();
    while (fields.hasNext()) {
      Map.Entry<String, JsonNode> field = fields.next();
      put(field.getKey(), field.getValue());
    }
  }

  private int put(String token, JsonNode id) {
    if (!id.isIntegralNumber()
        || !id.canConvertToInt()
        || id.asInt() < 0
        || id.asInt() > TokenizerParts.LARGEST_ID) {
      throw new IllegalArgumentException(
          "token \""
              + token
              + "\" has the id "
              + id
              + "; ids are numbers from 0 to "
              + TokenizerParts.LARGEST_ID);
    }
    ids.put(token, id.asInt());
    return id.asInt();
  }

  /** A special token is written as it is, whatever the decoder would make of it. */
  private byte[] writtenBytes(TokenDecoder decoder, String token, int id) {
    if (special.get(id)) {
      return token.getBytes(StandardCharsets.UTF_8);
    }
    return added.get(id) ? decoder.addedBytes(token) : decoder.bytes(token);
  }

  int size() {
    return written.length;
  }

  OptionalInt id(String token) {
    Integer id = ids.get(token);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  boolean isSpecial(int token) {
    return token >= 0 && special.get(token);
  }

  /** Whether {@code token} is found in a text before the model splits it. */
  boolean isAdded(int token) {
    return token >= 0 && added.get(token);
  }

  /** The bytes of {@code token}, special tokens written out; not to be changed. */
  byte[] written(int token) {
    return token < 0 || token >= written.length || written[token] == null ? NONE : written[token];
  }
}
