package dev.espalier.engine.generate;

import dev.espalier.engine.ScoreRequest;
import dev.espalier.engine.ScoreResult;
import dev.espalier.engine.TokenSequence;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The rows of logits that a scoring needs, each only once: continuations that begin alike share the
 * rows of what they have in common, and the last token of a continuation needs no row at all.
 */
public final class ScoringPlan {
  private final ScoreRequest request;
  private final List<ScoringSequence.Part> parts;
  private final ScoringRow[][] rows; // [continuation][token]

  private ScoringPlan(ScoreRequest request, List<ScoringSequence.Part> parts, ScoringRow[][] rows) {
    this.request = request;
    this.parts = parts;
    this.rows = rows;
  }

  /**
   * In sorted order a continuation shares most with its predecessor: the rows of the tokens they
   * have in common and the one after them.
   */
  static ScoringPlan of(ScoreRequest request) {
    List<TokenSequence> continuations = request.continuations();
    int prefixLength = request.prefix().length();
    ScoringRow[][] rows = new ScoringRow[continuations.size()][];
    List<ScoringSequence.Part> parts = new ArrayList<>();
    int before = -1;
    for (int index :
        IntStream.range(0, continuations.size())
            .boxed()
            .sorted((a, b) -> continuations.get(a).compareTo(continuations.get(b)))
            .toList()) {
      TokenSequence tokens = continuations.get(index);
      rows[index] = new ScoringRow[tokens.length()];
      int shared = before < 0 ? 0 : sharedRows(tokens, continuations.get(before));
      if (shared > 0) {
        System.arraycopy(rows[before], 0, rows[index], 0, shared);
      }
      for (int i = shared; i < tokens.length(); i++) {
        rows[index][i] = new ScoringRow(prefixLength - 1 + i);
      }
      for (int i = 0; i < tokens.length(); i++) {
        rows[index][i].want(tokens.get(i));
      }
      if (shared < tokens.length()) {
        parts.add(
            new ScoringSequence.Part(
                request.prefix().concat(tokens.slice(0, tokens.length() - 1)),
                List.of(rows[index]).subList(shared, tokens.length())));
      }
      before = index;
    }
    return new ScoringPlan(request, parts, rows);
  }

  private static int sharedRows(TokenSequence tokens, TokenSequence before) {
    return Math.min(
        tokens.commonPrefixLength(before) + 1, Math.min(tokens.length(), before.length()));
  }

  public ScoreRequest request() {
    return request;
  }

  /** The sequences that compute the rows; each row is in one of them. */
  public List<ScoringSequence> sequences(SequenceListener listener) {
    return parts.stream().map(part -> new ScoringSequence(part, listener)).toList();
  }

  /**
   * The result, once all sequences are complete.
   *
   * @param cachedTokens of the prefix
   */
  public ScoreResult result(int cachedTokens) {
    List<ScoreResult.Continuation> scored = new ArrayList<>();
    for (int k = 0; k < rows.length; k++) {
      TokenSequence tokens = request.continuations().get(k);
      List<Float> logprobs = new ArrayList<>(tokens.length());
      boolean greedy = true;
      for (int i = 0; i < tokens.length(); i++) {
        logprobs.add(rows[k][i].logprob(tokens.get(i)));
        greedy &= rows[k][i].argmax() == tokens.get(i);
      }
      scored.add(new ScoreResult.Continuation(logprobs, greedy));
    }
    return new ScoreResult(scored, request.prefix().length(), cachedTokens);
  }
}
