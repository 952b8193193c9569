package dev.espalier.program;

import dev.espalier.engine.TokenSequence;
import dev.espalier.row.ScoredToken;
import java.util.List;

/**
 * What the model gave a step.
 *
 * @param prompt all tokens before the answer
 * @param after the tokens that the next step of the path goes on from
 * @param texts one for each sample of a generation, one for a choice
 * @param choices of a select, in the program's order
 * @param promptLogprobs of the tokens of the prompt that a generation asks about
 * @param computed sequences whose keys and values the step had to compute: prompts with all of the
 *     output that was read to get the rest of it
 */
record ForwardResult(
    TokenSequence prompt,
    TokenSequence after,
    List<Text> texts,
    List<ChoiceScore> choices,
    List<ScoredToken> promptLogprobs,
    List<TokenSequence> computed) {

  /**
   * One answer.
   *
   * @param value of the Java class of the step's type
   * @param tokens generated, or of the chosen choice
   */
  record Text(Output output, Object value, int tokens) {}

  Output output() {
    return texts.get(0).output();
  }

  Value.Answer answer() {
    return new Value.Answer(
        texts.get(0).value(), texts.stream().map(Text::output).toList(), choices, promptLogprobs);
  }
}
