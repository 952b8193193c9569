package dev.espalier.engine.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatTemplateFilesTest {
  @TempDir Path directory;

  private void write(String file, String content) throws IOException {
    Files.writeString(directory.resolve(file), content);
  }

  private String rendered() {
    return ChatTemplate.load(directory)
        .orElseThrow()
        .render(List.of(new Message("user", "Hi")), true);
  }

  private void assertInvalid(String... message) {
    assertThatThrownBy(() -> ChatTemplate.load(directory))
        .isInstanceOfSatisfying(
            EngineException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.CHECKPOINT_INVALID))
        .hasMessageContainingAll(message);
  }

  @Test
  void checkpointWithoutTemplateHasNone() throws IOException {
    assertThat(ChatTemplate.load(directory)).isEmpty();
    write("tokenizer_config.json", "{\"chat_template\": null}");
    assertThat(ChatTemplate.load(directory)).isEmpty();
  }

  @Test
  void fileOfItsOwnComesBeforeTheConfig() throws IOException {
    write("tokenizer_config.json", "{\"chat_template\": \"config\", \"bos_token\": \"<s>\"}");
    assertThat(rendered()).isEqualTo("config");
    write("chat_template.jinja", "{{ bos_token }}{{ messages[0].content }}\n");
    assertThat(rendered()).isEqualTo("<s>Hi");
  }

  @Test
  void namedTokensMayBeObjects() throws IOException {
    write("tokenizer_config.json", "{\"eos_token\": {\"content\": \"</s>\", \"lstrip\": false}}");
    write("chat_template.jinja", "{{ eos_token }}{{ bos_token is defined }}");
    assertThat(rendered()).isEqualTo("</s>False");
  }

  @Test
  void ofNamedTemplatesTheDefaultIsTaken() throws IOException {
    write(
        "tokenizer_config.json",
        """
        {"chat_template": [
          {"name": "tool_use", "template": "tools"},
          {"name": "default", "template": "default {{ messages|length }}"}
        ]}
        """);
    assertThat(rendered()).isEqualTo("default 1");
    write("tokenizer_config.json", "{\"chat_template\": [{\"name\": \"x\", \"template\": \"\"}]}");
    assertInvalid("tokenizer_config.json", "none named default");
  }

  @Test
  void templateThatCannotBeParsedIsRefusedWithItsLine() throws IOException {
    write("chat_template.jinja", "a\n{% if messages %}\n{{ messages|nosuch }}\n{% endif %}");
    assertInvalid("chat_template.jinja", "line 3, column 13: there is no filter named 'nosuch'");
  }

  @Test
  void templateThatNeedsTheClockIsRefused() throws IOException {
    write("chat_template.jinja", "{{ messages[0].content }}\n{{ strftime_now('%Y') }}");
    assertInvalid("chat_template.jinja", "line 2, column 16: 'strftime_now' is undefined");
  }

  @Test
  void templateThatDoesNotEndIsRefusedWithItsPlace() throws IOException {
    write(
        "chat_template.jinja",
        "{% set n = namespace(s='x') %}{% for i in range(60) %}{% set n.s = n.s + n.s %}"
            + "{% endfor %}{{ n.s|length }}{% for m in messages %}{{ m.content }}{% endfor %}");
    assertInvalid("chat_template.jinja", "line 1, column 72: the template builds a text of more");
    write(
        "chat_template.jinja",
        "\n{% for i in range(1000000) %}{% for j in range(1000000) %}{% endfor %}{% endfor %}");
    assertInvalid("chat_template.jinja", "line 2, column 18: the template makes a range of more");
    write(
        "chat_template.jinja",
        "\n{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}");
    assertInvalid("chat_template.jinja", "line 2, column", "the template takes more than");
  }

  @Test
  void templateThatRefusesTheTrialIsKept() throws IOException {
    write("chat_template.jinja", "{{ raise_exception('only with a system prompt') }}");
    assertThat(ChatTemplate.load(directory)).isPresent();
  }

  @Test
  void answersMustBeWrittenOnce() throws IOException {
    write("chat_template.jinja", "{% for m in messages %}{{ m.role }}{% endfor %}");
    ChatTemplate template = ChatTemplate.load(directory).orElseThrow();
    List<Message> turns = List.of(new Message("user", "Q"), new Message("assistant", "A"));
    assertThatThrownBy(() -> template.continuation(turns, 2))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("exactly once");
  }
}
