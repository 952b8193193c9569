package dev.espalier.engine.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is to be written before and behind the answers of a model. */
class ChatTemplateTurnsTest {
  private static final Path RESOURCES = Path.of("src/test/resources/chat-template");

  private static ChatTemplate template(String name) {
    return ChatTemplate.load(RESOURCES.resolve(name)).orElseThrow();
  }

  private static Message system(String content) {
    return new Message("system", content);
  }

  private static Message user(String content) {
    return new Message("user", content);
  }

  private static Message assistant(String content) {
    return new Message("assistant", content);
  }

  /**
   * Templates that neither trim nor rewrite history: the pieces around the answers are the whole
   * conversation.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "granite-3",
        "mistral-7b-v0.1-first",
        "phi-3-mini",
        "phi-4",
        "phi-4-mini",
        "qwen-2.5",
        "smollm-2"
      })
  void piecesAndAnswersJoinToTheWholeConversation(String name) {
    ChatTemplate template = template(name);
    List<Message> turns = new ArrayList<>(List.of(user(" Q1 {{ x }}")));
    StringBuilder text = new StringBuilder(template.opening(turns));
    for (int i = 1; i <= 3; i++) {
      String answer = " answer " + i + "\n";
      text.append(answer);
      turns.add(assistant(answer));
      int answered = turns.size();
      turns.add(user("<b>next</b>\n" + i));
      text.append(template.continuation(turns, answered));
    }
    assertThat(text.toString()).isEqualTo(template.render(turns, true));
  }

  @Test
  void answersOfATrimmingTemplateAreKeptAsTheyWere() {
    ChatTemplate template = template("llama-3.1");
    List<Message> turns = List.of(user(" Q "), assistant("  dropped by trim "), user(" N "));
    assertThat(template.opening(turns.subList(0, 1)))
        .endsWith(
            "<|start_header_id|>user<|end_header_id|>\n\nQ<|eot_id|>"
                + "<|start_header_id|>assistant<|end_header_id|>\n\n");
    assertThat(template.continuation(turns, 2))
        .isEqualTo(
            "<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nN<|eot_id|>"
                + "<|start_header_id|>assistant<|end_header_id|>\n\n");
  }

  @Test
  void prefilledAnswerIsOpenedAsTheTemplateWritesAnswers() {
    assertThat(template("mistral-7b-v0.3").opening(List.of(user("Q"), assistant("Sure, "))))
        .isEqualTo("<s>[INST] Q[/INST] Sure, ");
    assertThat(template("llama-3.1").opening(List.of(user("Q"), assistant(" A "))))
        .endsWith("<|start_header_id|>assistant<|end_header_id|>\n\n A ");
    assertThat(
            template("mistral-7b-v0.3")
                .continuation(List.of(user("Q"), assistant("A"), user("N"), assistant("x ")), 2))
        .isEqualTo("</s>[INST] N[/INST] x ");
  }

  @Test
  void historyIsNotWrittenAgain() {
    ChatTemplate mistral = template("mistral-7b-v0.3");
    List<Message> turns = List.of(system("S"), user("Q"), assistant("A"), user("N"));
    assertThat(mistral.opening(turns.subList(0, 2))).isEqualTo("<s>[INST] S\n\nQ[/INST]");
    assertThat(mistral.continuation(turns, 3)).isEqualTo("</s>[INST] S\n\nN[/INST]");
    ChatTemplate qwen = template("qwen-3");
    assertThat(
            qwen.continuation(
                List.of(user("Q"), assistant("<think>\nT\n</think>\n\nA"), user("N")), 2))
        .isEqualTo("<|im_end|>\n<|im_start|>user\nN<|im_end|>\n<|im_start|>assistant\n");
  }

  @Test
  void conversationMayEndBehindAnAnswer() {
    assertThat(template("smollm-2").continuation(List.of(user("Q"), assistant("A")), 2))
        .isEqualTo("<|im_end|>\n<|im_start|>assistant\n");
  }

  @Test
  void contentThatLooksLikeThePlaceholderIsNoProblem() {
    ChatTemplate template = template("smollm-2");
    String marker = "\uE000answer\uE0011";
    List<Message> turns = List.of(user(marker), assistant(marker), user(marker + "\uE002"));
    assertThat(template.opening(turns.subList(0, 1)) + marker + template.continuation(turns, 2))
        .isEqualTo(template.render(turns, true));
  }

  @Test
  void refusalsOfTheTemplateArePassedOn() {
    assertThatThrownBy(() -> template("gemma-2").opening(List.of(system("S"), user("Q"))))
        .isInstanceOfSatisfying(
            EngineException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAMETERS))
        .hasMessageContaining("System role not supported");
  }

  @Test
  void onlyAnAnswerCanBeContinued() {
    assertThatThrownBy(() -> template("smollm-2").continuation(List.of(user("Q")), 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
