package dev.espalier.program;

import dev.espalier.engine.text.Message;
import java.util.List;

/** How a checkpoint's chat template writes turns, as far as a program needs it. */
interface ConversationTexts {

  /**
   * A conversation from its beginning to where the assistant's next answer starts.
   *
   * @throws RowException if the checkpoint has no template or its template refuses these turns
   */
  String open(List<Message> turns);

  /**
   * What follows the answer that ends the first {@code answered} turns: the end of its turn, the
   * turns after it, and the beginning of the assistant's next answer.
   *
   * @param turns more than {@code answered}; the content of answers of the model is arbitrary
   * @throws RowException as {@link #open}
   */
  String goOn(List<Message> turns, int answered);

  /** For a checkpoint without a chat template. */
  static ConversationTexts none() {
    return new ConversationTexts() {
      @Override
      public String open(List<Message> turns) {
        throw new RowException(
            RowError.NO_CHAT_TEMPLATE,
            "the model has no chat template; write the prompt with text() instead of roles");
      }

      @Override
      public String goOn(List<Message> turns, int answered) {
        return open(turns);
      }
    };
  }
}
