package dev.espalier.engine.generate;

import dev.espalier.engine.forward.ForwardResult.OutputResult;
import java.util.ArrayList;
import java.util.List;

/** One row of logits and the tokens whose log-probabilities are wanted of it. */
final class ScoringRow {
  private final int position;
  private final List<Integer> targets = new ArrayList<>(1);
  private final List<Float> logprobs = new ArrayList<>(1);
  private int argmax;

  ScoringRow(int position) {
    this.position = position;
  }

  int position() {
    return position;
  }

  void want(int token) {
    if (!targets.contains(token)) {
      targets.add(token);
    }
  }

  List<Integer> targets() {
    return targets;
  }

  /** Takes the result for the next target. */
  void accept(OutputResult result) {
    logprobs.add(result.targetLogprob());
    argmax = result.argmax();
  }

  boolean isComplete() {
    return logprobs.size() == targets.size();
  }

  float logprob(int token) {
    return logprobs.get(targets.indexOf(token));
  }

  int argmax() {
    return argmax;
  }
}
