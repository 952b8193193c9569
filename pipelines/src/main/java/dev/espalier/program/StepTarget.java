package dev.espalier.program;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.TokenSequence;
import dev.espalier.row.ValueType;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Where the steps of a run go. What a step is refused for is in its future. */
interface StepTarget {

  /**
   * Generates after {@code piece}, which follows {@code prefix}.
   *
   * @param step path of the step
   */
  CompletableFuture<ForwardResult> generate(
      String step,
      CompletableFuture<TokenSequence> prefix,
      TokenSequence piece,
      GenRequest request);

  /** Weighs choices after {@code piece}, which follows {@code prefix}. */
  CompletableFuture<ForwardResult> select(
      CompletableFuture<TokenSequence> prefix, TokenSequence piece, Selection selection);

  /**
   * What a select asks for.
   *
   * @param tokens of each choice, at least one
   */
  record Selection(
      List<String> choices, List<TokenSequence> tokens, ChoiceMethod method, ValueType type) {
    public Selection {
      choices = List.copyOf(choices);
      tokens = List.copyOf(tokens);
    }

    /** Length of the longest choice in tokens. */
    int longest() {
      return tokens.stream().mapToInt(TokenSequence::length).max().orElse(0);
    }
  }

  /**
   * @param room tokens that must fit after the prompt
   * @throws EngineException with {@link ErrorCode#PROMPT_EMPTY} or {@link
   *     ErrorCode#PROMPT_TOO_LONG}
   */
  static void checkLength(TokenSequence prompt, int room, int contextLength) {
    if (prompt.isEmpty()) {
      throw new EngineException(
          ErrorCode.PROMPT_EMPTY, "there is no text before the step; write some with text()");
    }
    if ((long) prompt.length() + room > contextLength) {
      throw new EngineException(
          ErrorCode.PROMPT_TOO_LONG,
          "the prompt has "
              + prompt.length()
              + " tokens and needs room for "
              + room
              + " more, but the context of the model has "
              + contextLength
              + "; shorten the row's fields or the program's text");
    }
  }
}
