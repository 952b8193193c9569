package dev.espalier.engine.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where a text may be cut so that the tokens of its parts, one after the other, are those of the
 * whole. Known of tokenizers that split a text by certain regular expressions before they merge
 * bytes: in none of these does a match go on from a character that is not white space to a space,
 * or look to the left, and what stands behind such a match does not change it. Immutable.
 */
final class TextCuts {
  private static final String WORDS_BY_CASE =
      "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
          + "(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
          + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+"
          + "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?";
  private static final String WORDS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+";
  private static final String SPACES = "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  /** Of Llama 3, Qwen 2 and later, GPT-2, and GPT-4o with those that took it over. */
  private static final Set<String> PATTERNS =
      Set.of(
          WORDS + "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*" + SPACES,
          WORDS + "|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*" + SPACES,
          "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
          WORDS_BY_CASE + "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*" + SPACES,
          WORDS_BY_CASE + "|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*" + SPACES);

  private final boolean anywhere;

  private TextCuts(boolean anywhere) {
    this.anywhere = anywhere;
  }

  /**
   * The cuts for a tokenizer, empty if none are known.
   *
   * @param tokenizer the tree of a {@code tokenizer.json}
   */
  static Optional<TextCuts> of(JsonNode tokenizer) {
    JsonNode model = tokenizer.path("model");
    String normalizer = tokenizer.path("normalizer").path("type").asText("");
    // NFC never joins a space with what stands before it.
    if (!model.path("type").asText().equals("BPE")
        || model.path("dropout").asDouble(0) != 0
        || !(normalizer.isEmpty() || normalizer.equals("NFC"))) {
      return Optional.empty();
    }
    JsonNode first = tokenizer.path("pre_tokenizer");
    JsonNode steps = first.path("pretokenizers");
    if (!splits(steps.isArray() ? children(steps) : List.of(first))) {
      return Optional.empty();
    }
    // Where nothing is merged, each byte is a token.
    boolean anywhere =
        model.path("merges").isEmpty()
            && !model.path("ignore_merges").asBoolean()
            && normalizer.isEmpty();
    return Optional.of(new TextCuts(anywhere));
  }

  private static List<JsonNode> children(JsonNode array) {
    List<JsonNode> all = new ArrayList<>();
    array.forEach(all::add);
    return all;
  }

  /** Whether the steps split at the cuts, whatever stands on both sides of them. */
  private static boolean splits(List<JsonNode> steps) {
    for (JsonNode step : steps) {
      switch (step.path("type").asText()) {
        case "Digits" -> {} // each run of digits apart, or each digit: splits no less
        case "Split" -> {
          return PATTERNS.contains(step.path("pattern").path("Regex").asText())
              && step.path("behavior").asText().equals("Isolated")
              && !step.path("invert").asBoolean()
              && endsInBytes(steps);
        }
        case "ByteLevel" -> {
          return step.path("use_regex").asBoolean(true) && endsInBytes(steps);
        }
        default -> {
          return false;
        }
      }
    }
    return false;
  }

  /** Whether no step puts a space before a part. */
  private static boolean endsInBytes(List<JsonNode> steps) {
    return steps.stream()
        .allMatch(
            step ->
                switch (step.path("type").asText()) {
                  case "ByteLevel" -> !step.path("add_prefix_space").asBoolean(true);
                  case "Split", "Digits" -> true;
                  default -> false;
                });
  }

  /** Whether a text may be cut before every character. */
  boolean areAnywhere() {
    return anywhere;
  }

  /** Whether a text may be cut between two of its characters. */
  boolean at(char before, char after) {
    if (anywhere) {
      return !Character.isHighSurrogate(before);
    }
    return after == ' ' && ((before > ' ' && before < 0x7f) || Character.isLetterOrDigit(before));
  }
}
