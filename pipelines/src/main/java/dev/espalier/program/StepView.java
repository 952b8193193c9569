package dev.espalier.program;

import dev.espalier.row.ScoredToken;
import java.util.List;
import java.util.Objects;

/**
 * A step that has ended, as a {@link StepListener} sees it.
 *
 * @param row id of the row
 * @param step path of the step in the program
 * @param kind {@code gen} or {@code select}
 * @param prompt all that the model had before it, special tokens written out
 * @param outputs the samples of a generation; of a choice, the winner
 * @param choices the choices of a {@code select} in the program's order; empty for a generation
 * @param promptLogprobs of the tokens of the prompt that {@link Options#promptLogprobsFrom} asks
 *     about
 */
public record StepView(
    String row,
    String step,
    String kind,
    String prompt,
    List<Output> outputs,
    List<ChoiceScore> choices,
    List<ScoredToken> promptLogprobs) {
  public StepView {
    Objects.requireNonNull(row, "row");
    Objects.requireNonNull(step, "step");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(prompt, "prompt");
    outputs = List.copyOf(outputs);
    choices = List.copyOf(choices);
    promptLogprobs = List.copyOf(promptLogprobs);
  }
}
