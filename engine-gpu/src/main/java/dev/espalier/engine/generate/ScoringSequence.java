package dev.espalier.engine.generate;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.TokenSequence;
import dev.espalier.engine.forward.ForwardBatch.Output;
import dev.espalier.engine.forward.ForwardResult.OutputResult;
import dev.espalier.engine.schedule.Sequence;
import java.util.ArrayList;
import java.util.List;

/** A prefix and one continuation, for the rows of logits that no other sequence computes. */
public final class ScoringSequence extends Sequence {

  /**
   * @param tokens all tokens to compute
   * @param rows wanted of them, at consecutive positions, the last one at the last token
   */
  record Part(TokenSequence tokens, List<ScoringRow> rows) {}

  private final List<ScoringRow> rows;
  private final SequenceListener listener;
  private int done;

  ScoringSequence(Part part, SequenceListener listener) {
    super(part.tokens());
    this.rows = part.rows();
    this.listener = listener;
  }

  @Override
  protected int firstWanted() {
    return rows.get(done).position();
  }

  @Override
  protected int wantedLength() {
    return length();
  }

  @Override
  protected List<Output> outputs(int from, int to) {
    List<Output> outputs = new ArrayList<>();
    for (ScoringRow row : rows.subList(done, rows.size())) {
      if (row.position() >= from && row.position() < to) {
        row.targets().forEach(t -> outputs.add(new Output(row.position() - from, t, 0, null)));
      }
    }
    return outputs;
  }

  @Override
  protected void accept(int from, List<Output> outputs, List<OutputResult> results) {
    for (OutputResult result : results) {
      rows.get(done).accept(result);
      if (rows.get(done).isComplete()) {
        done++;
      }
    }
  }

  @Override
  protected Outlook outlook() {
    throw new IllegalStateException("a scoring chooses no tokens");
  }

  @Override
  public boolean isComplete() {
    return done == rows.size();
  }

  @Override
  protected void begin(int cachedTokens) {
    listener.began(cachedTokens);
  }

  @Override
  protected void complete() {
    listener.completed(this);
  }

  @Override
  protected void fail(EngineException cause) {
    listener.failed(cause);
  }
}
