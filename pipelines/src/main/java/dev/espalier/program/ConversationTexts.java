package dev.espalier.program;

import dev.espalier.engine.text.ChatTemplate;
import dev.espalier.engine.text.Message;
import dev.espalier.row.RowError;
import java.util.List;
import java.util.Optional;

/** How a checkpoint writes turns, as far as a program needs it. */
interface ConversationTexts {

  /** See {@link ChatTemplate#opening}. */
  String opening(List<Message> messages);

  /** See {@link ChatTemplate#continuation}. */
  String continuation(List<Message> messages, int answered);

  /** Those of {@code template}; without one, roles are an error of the row. */
  static ConversationTexts of(Optional<ChatTemplate> template) {
    return template.<ConversationTexts>map(Templated::new).orElseGet(Untemplated::new);
  }

  /** Writes turns by a template. */
  record Templated(ChatTemplate template) implements ConversationTexts {
    @Override
    public String opening(List<Message> messages) {
      return template.opening(messages);
    }

    @Override
    public String continuation(List<Message> messages, int answered) {
      return template.continuation(messages, answered);
    }
  }

  /** Refuses turns. */
  record Untemplated() implements ConversationTexts {
    @Override
    public String opening(List<Message> messages) {
      throw new RowException(
          RowError.NO_CHAT_TEMPLATE,
          "the model has no chat template; write the prompt with text() instead of roles");
    }

    @Override
    public String continuation(List<Message> messages, int answered) {
      return opening(messages);
    }
  }
}
