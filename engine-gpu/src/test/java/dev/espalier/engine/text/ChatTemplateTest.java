package dev.espalier.engine.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against what transformers 5.18 renders; see {@code chat_template_golden.py}. */
class ChatTemplateTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path RESOURCES = Path.of("src/test/resources/chat-template");
  private static final Path NANO = Path.of("src/main/resources/dev/espalier/engine/builtin/nano");

  private static JsonNode json(Path file) throws IOException {
    return JSON.readTree(Files.readString(file));
  }

  private static List<Message> messages(JsonNode conversation) {
    List<Message> messages = new ArrayList<>();
    for (JsonNode message : conversation) {
      messages.add(new Message(message.path("role").asText(), message.path("content").asText()));
    }
    return messages;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "builtin-nano",
        "deepseek-coder",
        "gemma-2",
        "gemma-3",
        "granite-3",
        "llama-2-chat",
        "llama-3",
        "llama-3.1",
        "llama-3.2",
        "mistral-7b-v0.1",
        "mistral-7b-v0.1-first",
        "mistral-7b-v0.3",
        "openchat-3.5",
        "phi-3-mini",
        "phi-4",
        "phi-4-mini",
        "qwen-2.5",
        "qwen-3",
        "smollm-2"
      })
  void rendersAsTransformersDoes(String name) throws IOException {
    Path directory = name.equals("builtin-nano") ? NANO : RESOURCES.resolve(name);
    ChatTemplate template = ChatTemplate.load(directory).orElseThrow();
    JsonNode inputs = json(RESOURCES.resolve("inputs.json"));
    for (JsonNode expected : json(RESOURCES.resolve(name).resolve("golden.json"))) {
      JsonNode conversation =
          inputs.path("conversations").get(expected.path("conversation").asInt());
      Map<String, Object> extra =
          JSON.convertValue(
              inputs.path("extra").get(expected.path("extra").asInt()), new TypeReference<>() {});
      boolean prompt = expected.path("addGenerationPrompt").asBoolean();
      if (expected.has("error")) {
        assertThatThrownBy(() -> template.render(messages(conversation), prompt, extra))
            .as("%s", conversation)
            .isInstanceOfSatisfying(
                EngineException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAMETERS))
            .hasMessageContaining(expected.path("error").asText());
      } else {
        assertThat(template.render(messages(conversation), prompt, extra))
            .as("%s", conversation)
            .isEqualTo(expected.path("text").asText());
      }
    }
  }

  @Test
  void answersAreSplitFromWhatStandsAroundThem() {
    ChatTemplate template = ChatTemplate.load(NANO).orElseThrow();
    Message system = new Message("system", "S");
    Message question = new Message("user", "Q");
    Message answer = new Message("assistant", "anything");
    Message next = new Message("user", "N");
    Message prefill = new Message("assistant", " pre ");
    assertThat(template.opening(List.of(system, question)))
        .isEqualTo(
            """
            <|im_start|>system
            S<|im_end|>
            <|im_start|>user
            Q<|im_end|>
            <|im_start|>assistant
            """);
    assertThat(template.opening(List.of(question, prefill)))
        .isEqualTo("<|im_start|>user\nQ<|im_end|>\n<|im_start|>assistant\n pre ");
    assertThat(template.continuation(List.of(question, answer, next), 2))
        .isEqualTo("<|im_end|>\n<|im_start|>user\nN<|im_end|>\n<|im_start|>assistant\n");
    assertThat(template.continuation(List.of(question, answer, next, prefill), 2))
        .isEqualTo("<|im_end|>\n<|im_start|>user\nN<|im_end|>\n<|im_start|>assistant\n pre ");
  }
}
