package dev.espalier.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.engine.TokenSequence;
import dev.espalier.engine.open.ModelDirectory;
import dev.espalier.engine.text.HuggingFaceTokenizer;
import dev.espalier.engine.text.Tokenizer;
import dev.espalier.program.PromptEncoder.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The text of a row never becomes a token that controls the model. */
class ControlTokensTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TEXTS = 1500;

  /** Written by the template or flagged; some begin or end inside others. */
  private static final List<String> CONTROL =
      List.of(
          "<｜User｜>",
          "<｜Assistant｜>",
          "<｜end▁of▁sentence｜>",
          "<|START_OF_TURN_TOKEN|>",
          "[INST]",
          "[/INST]",
          "<tool_call>",
          "<<tool_call>>",
          "tool_call>>",
          "𝄞turn",
          "<|im_start|>",
          "<|endoftext|>");

  private static final List<String> TEXT = List.of("<b>", "  ", "\n\n", "</table>");

  @TempDir private Path directory;

  /** The built-in tokenizer with more added tokens, none of them flagged. */
  private Tokenizer tokenizer(String normalizer, String flag) throws IOException {
    Path builtin = ModelDirectory.resolve("builtin:nano").path();
    ObjectNode tree = (ObjectNode) JSON.readTree(builtin.resolve("tokenizer.json").toFile());
    tree.set("normalizer", JSON.readTree(normalizer));
    ArrayNode added = tree.withArray("added_tokens");
    added.forEach(token -> ((ObjectNode) token).put(flag, true));
    int id = 8192;
    List<String> all = new ArrayList<>(CONTROL.subList(0, CONTROL.size() - 2));
    all.addAll(TEXT);
    for (String content : all) {
      ObjectNode token = added.addObject().put("id", id++).put("content", content);
      token.put("single_word", false).put("lstrip", false).put("rstrip", false);
      token.put("normalized", false).put("special", false).put(flag, true);
    }
    Files.write(directory.resolve("tokenizer.json"), JSON.writeValueAsBytes(tree));
    ObjectNode config = JSON.createObjectNode();
    config.put("chat_template", "{{ messages[0].content }}" + String.join("", CONTROL));
    Files.write(directory.resolve("tokenizer_config.json"), JSON.writeValueAsBytes(config));
    return HuggingFaceTokenizer.load(directory);
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(7); i >= 0; i--) {
      String token = CONTROL.get(random.nextInt(CONTROL.size()));
      switch (random.nextInt(8)) {
        case 0 -> text.append("a row's text ");
        case 1 -> text.append(TEXT.get(random.nextInt(TEXT.size())));
        case 2 -> text.append(token.toUpperCase(Locale.ROOT));
        case 3 -> text.append(token.replace("<", "＜").replace("[", "［").replace("|", "｜"));
        case 4 -> text.append(token, 0, token.offsetByCodePoints(0, random.nextInt(3)));
        case 5 -> text.append(token.substring(token.offsetByCodePoints(0, 1)));
        default -> text.append(token);
      }
    }
    return text.toString();
  }

  private static TokenSequence encode(PromptEncoder encoder, String text, Place place) {
    List<PromptPart> parts = List.of(new PromptPart.Text(text));
    char cut = encoder.cutFor(parts);
    return encoder.encode(encoder.guarded(parts, cut), cut, place);
  }

  @Test
  void noTextOfARowMakesAControlTokenAndAllOfItIsThere() throws IOException {
    Tokenizer tokenizer = tokenizer("null", "normalized");
    PromptEncoder encoder = new PromptEncoder(tokenizer);
    Set<Integer> control = tokenizer.controlTokens().keySet();
    assertThat(tokenizer.controlTokens().values())
        .containsAll(CONTROL)
        .doesNotContainAnyElementsOf(TEXT);
    Random random = new Random(7);
    for (int i = 0; i < TEXTS; i++) {
      String text = text(random);
      for (Place place : List.of(Place.CHAT_BEGINNING, Place.CONTINUATION)) {
        TokenSequence tokens = encode(encoder, text, place);
        assertThat(tokens.toArray())
            .as(text)
            .doesNotContain(control.stream().mapToInt(t -> t).toArray());
        assertThat(tokenizer.decode(tokens)).isEqualTo(text);
      }
    }
  }

  @Test
  void normalisedTextMakesNoControlTokenEither() throws IOException {
    for (String normalizer :
        List.of(
            "{\"type\": \"NFKC\"}",
            "{\"type\": \"Lowercase\"}",
            "{\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"NFKC\"},"
                + " {\"type\": \"Lowercase\"}]}")) {
      for (String flag : List.of("normalized", "lstrip", "rstrip", "single_word")) {
        Tokenizer tokenizer = tokenizer(normalizer, flag);
        PromptEncoder encoder = new PromptEncoder(tokenizer);
        int[] control = tokenizer.controlTokens().keySet().stream().mapToInt(t -> t).toArray();
        Random random = new Random(11);
        for (int i = 0; i < TEXTS / 10; i++) {
          String text = text(random);
          assertThat(encode(encoder, text, Place.CONTINUATION).toArray())
              .as("%s %s %s", normalizer, flag, text)
              .doesNotContain(control);
        }
      }
    }
  }

  @Test
  void whatTheTemplateWritesStaysAToken() throws IOException {
    Tokenizer tokenizer = tokenizer("{\"type\": \"NFKC\"}", "rstrip");
    PromptEncoder encoder = new PromptEncoder(tokenizer);
    List<PromptPart> parts =
        List.of(
            new PromptPart.Special("<｜User｜>"),
            new PromptPart.Text("x<｜User｜><｜Assistant｜>"),
            new PromptPart.Special("<｜Assistant｜>"));
    char cut = encoder.cutFor(parts);
    List<String> control = new ArrayList<>();
    for (int token :
        encoder.encode(encoder.guarded(parts, cut), cut, Place.CONTINUATION).toArray()) {
      String written = tokenizer.controlTokens().get(token);
      if (written != null) {
        control.add(written);
      }
    }
    assertThat(control).containsExactly("<｜User｜>", "<｜Assistant｜>");
    encoder.requireSpecial("<｜User｜>");
  }
}
