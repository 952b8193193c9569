package dev.espalier.eval.task;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.text.ChatTemplate;
import dev.espalier.engine.text.Message;
import dev.espalier.jinja.PythonText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes turns by a chat template.
 *
 * @param multiturn whether few-shot examples stay turns of their own
 */
record ChatPrompt(ChatTemplate template, Map<String, Object> variables, boolean multiturn) {
  private static final String SYSTEM = "system";
  private static final String USER = "user";

  /**
   * @param goesOn whether the last turn is the assistant's, and its answer goes on behind it
   * @throws IllegalArgumentException with a sentence for the user if the template refuses them
   */
  String text(List<Turn> turns, boolean goesOn) {
    List<Message> messages = multiturn ? messages(turns) : inOneTurn(turns);
    try {
      return rendered(messages, goesOn);
    } catch (EngineException e) {
      // A template may know no system role.
      List<Message> others =
          messages.stream().filter(message -> !message.role().equals(SYSTEM)).toList();
      try {
        return rendered(others, goesOn);
      } catch (EngineException again) {
        throw new IllegalArgumentException(again.getMessage(), again);
      }
    }
  }

  private static List<Message> messages(List<Turn> turns) {
    return turns.stream().map(turn -> new Message(turn.role(), turn.content())).toList();
  }

  private static List<Message> inOneTurn(List<Turn> turns) {
    List<Message> messages = new ArrayList<>();
    List<Turn> left = new ArrayList<>(turns);
    if (left.get(0).role().equals(SYSTEM)) {
      messages.add(new Message(SYSTEM, left.remove(0).content()));
    }
    Turn last = left.get(left.size() - 1);
    boolean isOpen = !last.role().equals(USER) && !last.role().equals(SYSTEM);
    if (isOpen) {
      left.remove(left.size() - 1);
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < left.size(); i++) {
      text.append(left.get(i).content());
      text.append(i + 1 < left.size() ? left.get(i).delimiter() : "");
    }
    messages.add(new Message(USER, text.toString()));
    if (isOpen) {
      messages.add(new Message(last.role(), last.content()));
    }
    return messages;
  }

  private String rendered(List<Message> messages, boolean goesOn) {
    String text = template.render(messages, !goesOn, variables);
    return goesOn ? upTo(text, messages.get(messages.size() - 1).content()) : text;
  }

  /** What stands up to the end of the last turn's content. */
  private static String upTo(String text, String content) {
    String stripped = PythonText.strip(content);
    int at = text.lastIndexOf(stripped);
    if (at < 0) {
      throw new IllegalArgumentException(
          "the chat template does not write the assistant's turn that the answer goes on from");
    }
    String kept = PythonText.lstrip(content);
    return text.startsWith(content, at)
        ? text.substring(0, at + kept.length())
        : text.substring(0, at + stripped.length());
  }
}
