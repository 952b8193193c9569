package dev.espalier.engine.schedule;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.TokenSequence;
import dev.espalier.engine.cache.ExpectedOpening;
import dev.espalier.engine.cache.PageTable;
import dev.espalier.engine.forward.ForwardBatch;
import dev.espalier.engine.forward.ForwardResult;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * A sequence of tokens that is computed piece by piece. What it wants to know of its logits, and
 * which tokens it gains thereby, is its subclass's business; when it runs is the {@link
 * Scheduler}'s, which calls everything here from one thread.
 *
 * <p>A sequence may be computed more than once: when its pages are taken away, the scheduler begins
 * again at {@link #firstWanted} or at what the cache still has before it. What was accepted stays
 * accepted.
 */
public abstract class Sequence {

  /** What follows a token that is being chosen, as far as it can be told before it is known. */
  public enum Outlook {
    /** Nothing: it is the last one. */
    ENDS,
    /** It will be computed, and another token chosen after it, unless it happens to end all. */
    GOES_ON,
    /** It depends on the token; better to wait for it. */
    DEPENDS
  }

  static final Comparator<Sequence> SENIOR_FIRST =
      Comparator.comparingLong((Sequence sequence) -> sequence.seniority)
          .thenComparingLong(sequence -> sequence.serial);

  private final TokenSequence opening;
  private int[] tokens;
  private int length;

  // Of the scheduler.
  long seniority;
  long serial = -1; // until submitted, equal to no other
  int computed; // tokens that went into steps; one more than are known if that is being chosen
  int confirmed; // tokens that steps which succeeded computed
  int underWay; // steps under way with tokens of it
  int choice = -1; // number of the output of the last step under way that chooses its next token
  private int promptCounted; // tokens of the opening that were computed or need not be
  private int lengthCounted;
  boolean admitted;
  boolean gone; // it ended, but steps under way name its pages
  boolean damaged; // a step found no answer: what was computed is not kept
  PageTable pages;
  ExpectedOpening expected;

  protected Sequence(TokenSequence opening) {
    this.opening = opening;
    this.tokens = opening.toArray();
    this.length = tokens.length;
    this.lengthCounted = length;
  }

  /** Leaves the first tokens out of {@link #countPrompt}. */
  final void skipPrompt(int tokens) {
    promptCounted = Math.max(promptCounted, Math.min(tokens, opening.length()));
  }

  /** Tokens before {@code end} that it began with and that were not counted before. */
  final int countPrompt(int end) {
    int before = promptCounted;
    skipPrompt(end);
    return promptCounted - before;
  }

  /** Tokens that were appended since the last call. */
  final int countGrowth() {
    int before = lengthCounted;
    lengthCounted = length;
    return length - before;
  }

  /** The tokens it begins with. */
  public final TokenSequence opening() {
    return opening;
  }

  /** Number of tokens known so far. */
  public final int length() {
    return length;
  }

  /** The token at {@code position} in {@code [0, length)}. */
  public final int token(int position) {
    return tokens[position];
  }

  /** The known tokens in {@code [from, to)}. */
  public final TokenSequence tokens(int from, int to) {
    return TokenSequence.of(Arrays.copyOfRange(tokens, from, to));
  }

  protected final void append(int token) {
    if (length == tokens.length) {
      tokens = Arrays.copyOf(tokens, length + length / 2 + 16);
    }
    tokens[length++] = token;
  }

  /** Backing array of the known tokens. */
  final int[] tokenArray() {
    return tokens;
  }

  /** The first position whose logits are still wanted; what is before may come from the cache. */
  protected abstract int firstWanted();

  /**
   * How many tokens have to be computed: more than {@link #firstWanted}, at most {@link #length}.
   */
  protected abstract int wantedLength();

  /**
   * What to report of the tokens at positions in {@code [from, to)}, ascending; indexes count from
   * {@code from}.
   */
  protected abstract List<ForwardBatch.Output> outputs(int from, int to);

  /**
   * Takes the results of {@link #outputs}, in the same order.
   *
   * @param from position of index 0
   * @throws EngineException if the sequence cannot go on; others do not notice
   */
  protected abstract void accept(
      int from, List<ForwardBatch.Output> outputs, List<ForwardResult.OutputResult> results);

  /**
   * What follows the token that an output under way chooses. Asked only when there is one, of the
   * last known token.
   */
  protected abstract Outlook outlook();

  /** Whether nothing more is wanted. */
  public abstract boolean isComplete();

  /** Called when the first of its tokens go into a step, with how many the cache had. */
  protected abstract void begin(int cachedTokens);

  /** Called once, when nothing more is wanted; no later step has tokens of it. */
  protected abstract void complete();

  /** Called at most once, instead of {@link #complete}; no later step has tokens of it. */
  protected abstract void fail(EngineException cause);
}
