package dev.espalier.program;

import dev.espalier.engine.text.Message;
import java.util.List;

/** Turns as ChatML writes them. */
final class ChatMl implements ConversationTexts {
  @Override
  public String opening(List<Message> messages) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < messages.size(); i++) {
      Message turn = messages.get(i);
      boolean isOpen = i == messages.size() - 1 && turn.role().equals("assistant");
      text.append("<|im_start|>").append(turn.role()).append('\n').append(turn.content());
      if (isOpen) {
        return text.toString();
      }
      text.append("<|im_end|>\n");
    }
    return text + "<|im_start|>assistant\n";
  }

  @Override
  public String continuation(List<Message> messages, int answered) {
    return "<|im_end|>\n" + opening(messages.subList(answered, messages.size()));
  }
}
