package dev.espalier.engine.schedule;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.TokenSequence;
import dev.espalier.engine.forward.ForwardBatch;
import dev.espalier.engine.forward.ForwardResult;
import dev.espalier.engine.forward.TokenChoice;
import java.util.List;
import java.util.function.Consumer;

/** Generates a number of tokens. */
final class Counting extends Sequence {
  private static final int[] NONE = {};
  private static final TokenChoice GREEDY =
      new TokenChoice(0, 0, 1, 0, 1, 0, 0, NONE, NONE, NONE, NONE, new float[0], null, 0, 0);

  private final String name;
  private final int promptLength;
  private final int limit;
  private final Consumer<String> ended;
  private int generated;
  int begun;

  /** Fails where it would take over a token after so many. */
  int throwsAt = -1;

  /** Ends after so many tokens, which nobody can tell before. */
  int endsAt = -1;

  Outlook outlook = Outlook.GOES_ON;

  Counting(String name, TokenSequence prompt, int limit, Consumer<String> ended) {
    super(prompt);
    this.name = name;
    this.promptLength = prompt.length();
    this.limit = limit;
    this.ended = ended;
  }

  @Override
  protected int firstWanted() {
    return promptLength - 1 + generated;
  }

  @Override
  protected int wantedLength() {
    return length();
  }

  @Override
  protected List<ForwardBatch.Output> outputs(int from, int to) {
    return to == length()
        ? List.of(new ForwardBatch.Output(to - 1 - from, -1, 0, GREEDY))
        : List.of();
  }

  @Override
  protected void accept(
      int from, List<ForwardBatch.Output> outputs, List<ForwardResult.OutputResult> results) {
    if (generated == throwsAt) {
      throw new IllegalStateException("broken");
    }
    for (ForwardResult.OutputResult result : results) {
      append(result.chosen());
      generated++;
    }
  }

  @Override
  protected Outlook outlook() {
    return generated + 1 == limit ? Outlook.ENDS : outlook;
  }

  @Override
  public boolean isComplete() {
    return generated == limit || generated == endsAt;
  }

  @Override
  protected void begin(int cachedTokens) {
    begun++;
  }

  @Override
  protected void complete() {
    ended.accept(name);
  }

  @Override
  protected void fail(EngineException cause) {
    ended.accept(name + ": " + cause.code());
  }

  @Override
  public String toString() {
    return name;
  }
}
