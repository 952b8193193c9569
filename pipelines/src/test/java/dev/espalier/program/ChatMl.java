package dev.espalier.program;

import dev.espalier.engine.text.Message;
import java.util.List;

/** Turns as ChatML writes them. */
final class ChatMl implements ConversationTexts {
  @Override
  public String open(List<Message> turns) {
    StringBuilder text = new StringBuilder();
    for (Message turn : turns) {
      text.append("<|im_start|>").append(turn.role()).append('\n');
      text.append(turn.content()).append("<|im_end|>\n");
    }
    return text + "<|im_start|>assistant\n";
  }

  @Override
  public String goOn(List<Message> turns, int answered) {
    return "<|im_end|>\n" + open(turns.subList(answered, turns.size()));
  }
}
