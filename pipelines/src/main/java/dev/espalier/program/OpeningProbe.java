package dev.espalier.program;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.TokenSequence;
import java.util.concurrent.CompletableFuture;

/** Ends a program at its first step and keeps the prompt of that. For one run of one thread. */
final class OpeningProbe implements StepTarget {

  /** Leaves the program; made once, since its only content is its type. */
  static final class Found extends Error {
    @SuppressWarnings("StaticAssignmentOfThrowable") // without a stack trace, and made once a row
    private static final Found INSTANCE = new Found();

    private Found() {
      super(null, null, false, false);
    }
  }

  private final int contextLength;
  private TokenSequence opening;

  OpeningProbe(int contextLength) {
    this.contextLength = contextLength;
  }

  /** The prompt of the first step; empty if there was none, or none that an engine would take. */
  TokenSequence opening() {
    return opening == null ? TokenSequence.empty() : opening;
  }

  @Override
  public CompletableFuture<ForwardResult> generate(
      String step,
      CompletableFuture<TokenSequence> prefix,
      TokenSequence piece,
      GenRequest request) {
    throw found(prefix, piece, 1);
  }

  @Override
  public CompletableFuture<ForwardResult> select(
      CompletableFuture<TokenSequence> prefix, TokenSequence piece, Selection selection) {
    throw found(prefix, piece, selection.longest());
  }

  private Found found(CompletableFuture<TokenSequence> prefix, TokenSequence piece, int room) {
    // A program that catches the error may ask again; its first step stays the first.
    if (opening == null) {
      TokenSequence prompt = prefix.join().concat(piece);
      try {
        StepTarget.checkLength(prompt, room, contextLength);
        opening = prompt;
      } catch (EngineException e) {
        opening = TokenSequence.empty();
      }
    }
    return Found.INSTANCE;
  }
}
