package dev.espalier.program;

import dev.espalier.engine.TokenSequence;
import dev.espalier.engine.text.Message;
import dev.espalier.program.PromptEncoder.Place;
import dev.espalier.row.RowError;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What one path of a program has written so far: turns of text and of the model's answers. Used by
 * the program's thread only; the parts in it are immutable.
 */
final class Prompt {
  private static final String ASSISTANT = "assistant";

  /** Stands for answers in what a template is given; it never reaches the model. */
  private static final String ANSWER = "answer";

  /** One turn; without a role, the text of a prompt without roles. */
  private record Turn(String role, List<PromptPart> parts) {
    Turn copy() {
      return new Turn(role, new ArrayList<>(parts));
    }
  }

  /**
   * What was written since the last answer.
   *
   * @param spaces that end it, if they were left out of {@code tokens}
   */
  record Piece(TokenSequence tokens, String text, String spaces) {}

  private final PromptEncoder encoder;
  private final ConversationTexts template;
  private final List<Turn> turns = new ArrayList<>();
  private final List<PromptPart> transcript = new ArrayList<>();
  private CompletableFuture<TokenSequence> tokens =
      CompletableFuture.completedFuture(TokenSequence.empty());

  /** Index of the turn with the last answer, -1 before the first. */
  private int answered = -1;

  Prompt(PromptEncoder encoder, ConversationTexts template) {
    this.encoder = encoder;
    this.template = template;
  }

  Prompt copy() {
    Prompt copy = new Prompt(encoder, template);
    turns.forEach(turn -> copy.turns.add(turn.copy()));
    copy.transcript.addAll(transcript);
    copy.tokens = tokens;
    copy.answered = answered;
    return copy;
  }

  /** All tokens up to and with the last answer. */
  CompletableFuture<TokenSequence> tokens() {
    return tokens;
  }

  /** Goes on with the open turn, or with a prompt without roles. */
  void write(PromptPart part) {
    if (part instanceof PromptPart.Special special) {
      encoder.requireSpecial(special.token());
    }
    if (turns.isEmpty()) {
      turns.add(new Turn("", new ArrayList<>()));
    }
    last().parts().add(part);
  }

  /** Begins a turn; the assistant goes on with its own if that is open. */
  void turn(String role, String text) {
    if (!turns.isEmpty() && !isChat()) {
      throw new RowException(
          RowError.PROGRAM_FAILED,
          "a turn of the "
              + role
              + " after text without a role: put the text into system() or user(), or write all of"
              + " the prompt with text()");
    }
    if (!role.equals(ASSISTANT) || !isOpen(ASSISTANT)) {
      turns.add(new Turn(role, new ArrayList<>()));
    }
    last().parts().add(new PromptPart.Text(text));
  }

  private Turn last() {
    return turns.get(turns.size() - 1);
  }

  private boolean isChat() {
    return !turns.isEmpty() && !turns.get(0).role().isEmpty();
  }

  private boolean isOpen(String role) {
    return !turns.isEmpty() && last().role().equals(role);
  }

  /**
   * What a step of the model now would be given after {@link #tokens()}.
   *
   * @param moveSpaces whether spaces which the program wrote last are left out, so that the step
   *     can put them before its choices
   */
  Piece piece(boolean moveSpaces) {
    List<PromptPart> all = new ArrayList<>();
    turns.forEach(turn -> all.addAll(turn.parts()));
    char cut = encoder.cutFor(all);
    String spaces = moveSpaces ? spacesAtEnd() : "";
    String rendered = isChat() ? chatText(cut) : encoder.guarded(afterAnswer(openParts()), cut);
    String text = rendered.substring(0, rendered.length() - spaces.length());
    TokenSequence piece = encoder.encode(text, cut, place());
    return new Piece(piece, text.replace(String.valueOf(cut), ""), spaces);
  }

  private Place place() {
    if (answered >= 0) {
      return Place.CONTINUATION;
    }
    return isChat() ? Place.CHAT_BEGINNING : Place.RAW_BEGINNING;
  }

  /** The parts of the turn that a step goes on with: none if it opens one. */
  private List<PromptPart> openParts() {
    return isOpen(ASSISTANT) || isOpen("") ? last().parts() : List.of();
  }

  private String chatText(char cut) {
    if (answered >= 0 && answered == turns.size() - 1) {
      return encoder.guarded(afterAnswer(last().parts()), cut);
    }
    List<Message> messages = new ArrayList<>();
    for (Turn turn : turns) {
      messages.add(new Message(turn.role(), content(turn, cut)));
    }
    if (answered < 0) {
      return template.opening(messages);
    }
    String rest = encoder.guarded(afterAnswer(turns.get(answered).parts()), cut);
    return rest + template.continuation(messages, answered + 1);
  }

  private String content(Turn turn, char cut) {
    boolean isAnswer = turn.parts().stream().anyMatch(PromptPart.Generated.class::isInstance);
    return isAnswer ? ANSWER : encoder.guarded(turn.parts(), cut);
  }

  private static List<PromptPart> afterAnswer(List<PromptPart> parts) {
    int from = parts.size();
    while (from > 0 && !(parts.get(from - 1) instanceof PromptPart.Generated)) {
      from--;
    }
    return parts.subList(from, parts.size());
  }

  private String spacesAtEnd() {
    StringBuilder spaces = new StringBuilder();
    List<PromptPart> parts = openParts();
    for (int i = parts.size() - 1; i >= 0; i--) {
      if (!(parts.get(i) instanceof PromptPart.Text text)) {
        break;
      }
      int end = text.text().length();
      while (end > 0 && text.text().charAt(end - 1) == ' ') {
        end--;
        spaces.append(' ');
      }
      if (end > 0) {
        break;
      }
    }
    return spaces.toString();
  }

  /**
   * Takes over the answer to a step that was given {@code piece}.
   *
   * @param after the tokens of the prompt and the answer
   */
  void answer(Piece piece, CompletableFuture<String> text, CompletableFuture<TokenSequence> after) {
    if (isChat() && !isOpen(ASSISTANT)) {
      turns.add(new Turn(ASSISTANT, new ArrayList<>()));
    } else if (turns.isEmpty()) {
      turns.add(new Turn("", new ArrayList<>()));
    }
    PromptPart generated = new PromptPart.Generated(text);
    last().parts().add(generated);
    transcript.add(new PromptPart.Text(piece.text() + piece.spaces()));
    transcript.add(generated);
    answered = turns.size() - 1;
    tokens = after;
  }

  /** The text of all that a step of the model now would be given; waits for the answers in it. */
  String text() {
    return text(transcript) + piece(false).text();
  }

  /** The turns so far; none of a prompt without roles. Waits for the answers in them. */
  List<Message> messages() {
    return isChat()
        ? turns.stream().map(turn -> new Message(turn.role(), text(turn.parts()))).toList()
        : List.of();
  }

  private static String text(List<PromptPart> parts) {
    StringBuilder text = new StringBuilder();
    for (PromptPart part : parts) {
      if (part instanceof PromptPart.Generated generated) {
        text.append(Value.await(generated.text()));
      } else if (part instanceof PromptPart.Special special) {
        text.append(special.token());
      } else if (part instanceof PromptPart.Text plain) {
        text.append(plain.text());
      }
    }
    return text.toString();
  }
}
