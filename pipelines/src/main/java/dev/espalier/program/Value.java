package dev.espalier.program;

import dev.espalier.row.RowError;
import dev.espalier.row.ScoredToken;
import dev.espalier.row.ValueType;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A named value, which the model may not have given yet. Reading it waits for it; when its step has
 * failed, reading it ends the program, and the row gets the step's error.
 */
public final class Value {
  private final ValueType type;
  private final CompletableFuture<Answer> answer;

  /**
   * What became of a value.
   *
   * @param value of the Java class of the value's type
   * @param outputs empty for a value that the program computed
   * @param choices of a {@code select}
   * @param promptLogprobs of a generation that asks for them
   */
  record Answer(
      Object value,
      List<Output> outputs,
      List<ChoiceScore> choices,
      List<ScoredToken> promptLogprobs) {}

  Value(ValueType type, CompletableFuture<Answer> answer) {
    this.type = type;
    this.answer = answer;
  }

  /** A value that the program computed. */
  static Value computed(Object value) {
    return new Value(
        ValueReader.typeOf(value),
        CompletableFuture.completedFuture(
            new Answer(ValueReader.canonical(value), List.of(), List.of(), List.of())));
  }

  public ValueType type() {
    return type;
  }

  /** The value as text; of a generation, the output as the model wrote it. */
  public String asString() {
    Answer answer = await();
    return answer.outputs().isEmpty()
        ? String.valueOf(answer.value())
        : answer.outputs().get(0).text();
  }

  /**
   * @throws RowException with {@link RowError#VALUE_INVALID} unless the value is an integer that
   *     fits
   */
  public int asInt() {
    long value = asLong();
    if (value != (int) value) {
      throw new RowException(RowError.VALUE_INVALID, value + " does not fit in 32 bits");
    }
    return (int) value;
  }

  /**
   * @throws RowException with {@link RowError#VALUE_INVALID} unless the value is an integer
   */
  public long asLong() {
    return await().value() instanceof Long number
        ? number
        : (Long) ValueReader.read(ValueType.INTEGER, asString());
  }

  /**
   * @throws RowException with {@link RowError#VALUE_INVALID} unless the value is a number
   */
  public double asDouble() {
    return await().value() instanceof Number number
        ? number.doubleValue()
        : (Double) ValueReader.read(ValueType.NUMBER, asString());
  }

  /**
   * @throws RowException with {@link RowError#VALUE_INVALID} unless the value is {@code true},
   *     {@code yes}, {@code false} or {@code no}
   */
  public boolean asBoolean() {
    return await().value() instanceof Boolean truth
        ? truth
        : (Boolean) ValueReader.read(ValueType.BOOLEAN, asString());
  }

  /** The value in the Java class of its type. */
  public Object get() {
    return await().value();
  }

  /**
   * All samples of a generation, as many as {@link Options#n} says, or the one winner of a choice.
   * Of samples after the first, number {@code i} is also the column and step {@code name[i]}.
   */
  public List<Output> outputs() {
    return await().outputs();
  }

  /** The choices of a {@code select} with their scores, in the program's order; else empty. */
  public List<ChoiceScore> choices() {
    return await().choices();
  }

  /** Why the generation ended, in lower case; {@code choice} for a choice. */
  public String finishReason() {
    return output().finishReason();
  }

  /** Sum of the log-probabilities of the output's tokens, natural logarithm. */
  public double logprob() {
    return output().logprob();
  }

  /**
   * The tokens of the output with their log-probabilities and, of each, as many alternatives as
   * {@link Options#logprobs} says; empty unless it or {@link Options#promptLogprobsFrom} is set.
   */
  public List<ScoredToken> tokenLogprobs() {
    return output().tokenLogprobs();
  }

  /**
   * The tokens of the prompt from {@link Options#promptLogprobsFrom} on, as {@link
   * #tokenLogprobs()}. The first token of a prompt has no log-probability and is left out. Samples
   * after the first have none.
   */
  public List<ScoredToken> promptLogprobs() {
    return await().promptLogprobs();
  }

  private Output output() {
    List<Output> outputs = outputs();
    if (outputs.isEmpty()) {
      throw new RowException(
          RowError.PROGRAM_FAILED,
          "the program computed this value; only a model's output has this");
    }
    return outputs.get(0);
  }

  CompletableFuture<Answer> answer() {
    return answer;
  }

  private Answer await() {
    return await(answer);
  }

  /** Waits for a step, ending the program if it failed. */
  static <T> T await(CompletableFuture<T> step) {
    try {
      return step.join();
    } catch (CompletionException | CancellationException e) {
      throw new StepFailed(e);
    }
  }

  /** {@link #asString()}, so that a value can be written into a text; waits. */
  @Override
  public String toString() {
    return asString();
  }
}
