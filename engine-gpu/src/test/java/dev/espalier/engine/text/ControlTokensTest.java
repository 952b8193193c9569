package dev.espalier.engine.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.engine.TokenSequence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which added tokens of a checkpoint are control tokens, and which are text. */
class ControlTokensTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path RESOURCES = Path.of("src/test/resources");

  @TempDir private Path directory;

  /** The control tokens of a tokenizer with these added tokens, none flagged, and this template. */
  private List<String> control(String template, String... added) throws IOException {
    Path file = RESOURCES.resolve("tokenizer/llama3-style/tokenizer.json");
    ObjectNode tokenizer = (ObjectNode) JSON.readTree(file.toFile());
    ArrayNode tokens = tokenizer.withArray("added_tokens");
    tokens.removeAll();
    int id = tokenizer.path("model").path("vocab").size();
    for (String content : added) {
      ObjectNode token = tokens.addObject().put("id", id++).put("content", content);
      token.put("single_word", false).put("lstrip", false).put("rstrip", false);
      token.put("normalized", false).put("special", false);
    }
    Files.write(directory.resolve("tokenizer.json"), JSON.writeValueAsBytes(tokenizer));
    ObjectNode config = JSON.createObjectNode().put("chat_template", template);
    Files.write(directory.resolve("tokenizer_config.json"), JSON.writeValueAsBytes(config));
    return List.copyOf(HuggingFaceTokenizer.load(directory).controlTokens().values());
  }

  @Test
  void deepSeeksTurnsAreControlTokensThoughTheyAreNotFlagged() throws IOException {
    String template =
        "{{ bos_token }}{% for m in messages %}{% if m.role == 'user' %}"
            + "{{ '<｜User｜>' + m['content'] }}{% elif m.role == 'assistant' %}"
            + "{{ '<｜Assistant｜>' ~ m.content ~ '<｜end▁of▁sentence｜>' }}{% endif %}{% endfor %}";
    assertThat(control(template, "<｜User｜>", "<｜Assistant｜>", "<｜end▁of▁sentence｜>"))
        .containsExactly("<｜User｜>", "<｜Assistant｜>", "<｜end▁of▁sentence｜>");
  }

  @Test
  void tokensThatTheTemplateWritesAreControlTokensHoweverItWritesThem() throws IOException {
    String template =
        """
        {%- set open = '[TU' -%}
        {%- for m in messages -%}
        {{- open + 'RN]' -}}
        {{- '[' ~ m.role | upper ~ ']' -}}
        {%- if m.role == 'tool' -%}{{ '\\u005bRESULT\\x5d' }}{%- endif -%}
        {%- if m.tool_calls -%}{%- for c in m.tool_calls -%}
        {{- ['[', 'CALL', ']'] | join -}}
        {%- endfor -%}{%- endif -%}
        {{- m.content -}}
        {%- endfor -%}
        {%- if tools -%}[TOO{{ 'LS]' }}{%- endif -%}
        {%- if add_generation_prompt -%}[ASSISTANT]{%- if not enable_thinking -%}[{{ '/' }}THINK]\
        {%- endif -%}{%- endif -%}
        """;
    assertThat(
            control(
                template,
                "[TURN]",
                "[USER]",
                "[SYSTEM]",
                "[RESULT]",
                "[CALL]",
                "[TOOLS]",
                "[ASSISTANT]",
                "[/THINK]",
                "[NEVER]"))
        .containsExactly(
            "[TURN]",
            "[USER]",
            "[SYSTEM]",
            "[RESULT]",
            "[CALL]",
            "[TOOLS]",
            "[ASSISTANT]",
            "[/THINK]");
  }

  @Test
  void tokensThatAreOrdinaryTextStayText() throws IOException {
    String template =
        "{% for m in messages %}<start_of_turn>{{ m.role }}\n\n{{ m.content }}"
            + "<end_of_turn>  user\n{% endfor %}";
    assertThat(
            control(
                template,
                "<b>",
                "</table>",
                "\n\n",
                "  ",
                "▁▁",
                "user",
                "<2mass>",
                "[@BOS@]",
                "<start_of_turn>",
                "<|fim_prefix|>",
                "<end_of_turn>"))
        .containsExactly("<start_of_turn>", "<|fim_prefix|>", "<end_of_turn>");
  }

  @Test
  void aTemplateThatCannotBeUsedStillTellsItsTokens() throws IOException {
    assertThat(control("{{ no_such_function() }}[INST]{{ '[/INST]' }}", "[INST]", "[/INST]", "[X]"))
        .containsExactly("[INST]", "[/INST]");
    assertThat(control("{% for %}[INST]", "[INST]")).containsExactly("[INST]");
  }

  @Test
  void theTemplatesOfTheFamiliesFindTheirTokens() throws IOException {
    for (String[] family :
        new String[][] {
          {"qwen-3", "<tool_call>", "</tool_call>", "<think>", "</think>", "<tool_response>"},
          {"qwen-2.5", "<tool_call>", "</tool_call>"},
          {"gemma-3", "<start_of_turn>", "<end_of_turn>"},
          {"mistral-7b-v0.3", "[INST]", "[/INST]", "[AVAILABLE_TOOLS]", "[TOOL_CALLS]"},
        }) {
      String[] tokens = java.util.Arrays.copyOfRange(family, 1, family.length);
      assertThat(control(source(family[0]), tokens)).as(family[0]).containsExactly(tokens);
    }
  }

  private static String source(String family) {
    return ChatTemplate.sources(RESOURCES.resolve("chat-template").resolve(family)).get(0);
  }

  @Test
  void flaggedTokensAreControlTokensWithoutATemplate() {
    for (String style : List.of("llama3-style", "llama2-style", "mistral-style", "gemma-style")) {
      HuggingFaceTokenizer tokenizer =
          HuggingFaceTokenizer.load(RESOURCES.resolve("tokenizer").resolve(style));
      for (int id = 0; id < tokenizer.size(); id++) {
        if (tokenizer.isSpecial(id)) {
          assertThat(tokenizer.controlTokens())
              .containsEntry(id, tokenizer.decode(TokenSequence.of(id)));
        }
      }
    }
  }
}
