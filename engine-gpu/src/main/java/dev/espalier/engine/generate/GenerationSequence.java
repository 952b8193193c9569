package dev.espalier.engine.generate;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.FinishReason;
import dev.espalier.engine.GenerationResult.Sample;
import dev.espalier.engine.TokenLogprob;
import dev.espalier.engine.TokenSequence;
import dev.espalier.engine.constrain.vocabulary.CompiledConstraint;
import dev.espalier.engine.forward.ForwardBatch.Output;
import dev.espalier.engine.forward.ForwardResult.OutputResult;
import dev.espalier.engine.forward.TokenChoice;
import dev.espalier.engine.schedule.Sequence;
import java.util.ArrayList;
import java.util.List;

/**
 * One sample of a generation.
 *
 * <p>A token that the constraint forces is appended at once: it goes into the next step together
 * with the one before it, and only its log-probability is still asked for. So the sequence has
 * tokens whose log-probability is to come, and may have ended before the last of them is known.
 */
public final class GenerationSequence extends Sequence {
  // Where a constraint allows fewer, forced tokens often follow, which go into one step with the
  // chosen one if it is waited for.
  private static final int MANY_TOKENS = 32;

  private final GenerationPlan plan;
  private final SequenceListener listener;
  private final int promptLength;
  private final NextToken nextToken;
  private final OutputText text;
  private CompiledConstraint.State state;

  /** How the next token is chosen; null once the output ended. */
  private TokenChoice choice;

  private FinishReason finishReason;
  private boolean constraintMet = true;
  private int generated;
  private final List<TokenLogprob> logprobs = new ArrayList<>();
  private final List<TokenLogprob> promptLogprobs = new ArrayList<>();
  private int nextPromptLogprob;

  /**
   * @param sample index among the samples of the request
   * @param withPromptLogprobs whether this is the sample that reports them
   * @throws EngineException CONSTRAINT_UNSATISFIABLE if not even a first token is possible
   */
  public GenerationSequence(
      GenerationPlan plan, int sample, boolean withPromptLogprobs, SequenceListener listener) {
    super(plan.request.prompt());
    this.plan = plan;
    this.listener = listener;
    this.promptLength = length();
    this.nextToken = new NextToken(plan, sample);
    this.text = new OutputText(plan);
    this.state = plan.constraint == null ? null : plan.constraint.start();
    int from = plan.sampling().promptLogprobsFrom();
    this.nextPromptLogprob = withPromptLogprobs && from >= 0 ? Math.max(from, 1) : promptLength;
    goOn();
  }

  @Override
  protected int firstWanted() {
    return nextPromptLogprob < promptLength
        ? nextPromptLogprob - 1
        : promptLength - 1 + logprobs.size();
  }

  @Override
  protected int wantedLength() {
    return finishReason == null ? length() : Math.max(firstWanted() + 1, length() - 1);
  }

  @Override
  protected Outlook outlook() {
    if (generated + 1 == plan.limit) {
      return Outlook.ENDS;
    }
    return state == null || allowsMany() ? Outlook.GOES_ON : Outlook.DEPENDS;
  }

  private boolean allowsMany() {
    int allowed = 0;
    for (long word : choice.allowed()) {
      allowed += Long.bitCount(word);
      if (allowed >= MANY_TOKENS) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean isComplete() {
    return finishReason != null
        && logprobs.size() == generated
        && nextPromptLogprob >= promptLength;
  }

  @Override
  protected List<Output> outputs(int from, int to) {
    List<Output> outputs = new ArrayList<>(1);
    int alternatives = plan.sampling().logprobs();
    for (int row = Math.max(from, firstWanted()); row < to; row++) {
      int next = row + 1;
      boolean wanted =
          next < promptLength ? next >= nextPromptLogprob : next - promptLength >= logprobs.size();
      if (wanted && next < length()) {
        outputs.add(new Output(row - from, token(next), alternatives, null));
      } else if (wanted && choice != null) {
        outputs.add(new Output(row - from, -1, alternatives, choice));
      }
    }
    return outputs;
  }

  @Override
  protected void accept(int from, List<Output> outputs, List<OutputResult> results) {
    for (int i = 0; i < outputs.size(); i++) {
      Output output = outputs.get(i);
      OutputResult result = results.get(i);
      if (output.choice() != null) {
        logprobs.add(logprob(result.chosen(), result.chosenLogprob(), result));
        append(result.chosen());
        take(result.chosen());
        goOn();
      } else if (from + output.index() + 1 < promptLength) {
        promptLogprobs.add(logprob(output.target(), result.targetLogprob(), result));
        nextPromptLogprob++;
      } else {
        logprobs.add(logprob(output.target(), result.targetLogprob(), result));
      }
    }
  }

  private static TokenLogprob logprob(int token, float logprob, OutputResult result) {
    List<TokenLogprob.Alternative> alternatives =
        new ArrayList<>(result.alternativeTokens().length);
    for (int i = 0; i < result.alternativeTokens().length; i++) {
      alternatives.add(
          new TokenLogprob.Alternative(
              result.alternativeTokens()[i], result.alternativeLogprobs()[i]));
    }
    return new TokenLogprob(token, logprob, alternatives);
  }

  /** Appends what is forced and prepares the choice of what is not. */
  private void goOn() {
    choice = null;
    while (finishReason == null) {
      if (state != null && state.isFinal()) {
        endByConstraint();
        return;
      }
      int forced = state == null ? -1 : state.forced();
      if (forced < 0 || !nextToken.permits(forced, state)) {
        choice = nextToken.choice(state);
        if (choice == null) {
          endByConstraint();
        }
        return;
      }
      append(forced);
      take(forced);
    }
  }

  private void endByConstraint() {
    if (state == null || !state.mayEnd()) {
      throw new EngineException(
          ErrorCode.CONSTRAINT_UNSATISFIABLE,
          "After "
              + generated
              + " tokens no token may follow: the constraint, allowedTokens and badWords leave"
              + " none");
    }
    finishReason = FinishReason.CONSTRAINT;
  }

  /** Follows the token just appended, and finds out whether the output ends with it. */
  private void take(int token) {
    generated++;
    if (plan.isEnd(token)) {
      finishReason = FinishReason.STOP;
      if (plan.sampling().includeStop()) {
        text.appendUnchecked(plan.tokenizer.bytes(token));
      }
      return;
    }
    nextToken.add(token);
    text.append(plan.tokenizer.bytes(token));
    if (state != null) {
      state = state.next(token);
    }
    if (text.isStopped()) {
      finishReason = FinishReason.STOP;
    } else if (generated == plan.limit) {
      constraintMet = state == null || state.mayEnd();
      boolean isFull = state != null && state.isFinal() && constraintMet;
      finishReason = isFull ? FinishReason.CONSTRAINT : FinishReason.LENGTH;
    }
  }

  @Override
  protected void begin(int cachedTokens) {
    listener.began(Math.min(cachedTokens, promptLength));
  }

  @Override
  protected void complete() {
    listener.completed(this);
  }

  @Override
  protected void fail(EngineException cause) {
    listener.failed(cause);
  }

  /** Tokens generated so far, those that will be cut off included. */
  public int generatedTokens() {
    return generated;
  }

  /** Of the prompt tokens asked for; only once complete. */
  public List<TokenLogprob> promptLogprobs() {
    return promptLogprobs;
  }

  /** The sample; only once complete. */
  public Sample sample() {
    boolean includeStop = plan.sampling().includeStop();
    int kept = generated;
    int textEnd = text.length();
    List<TokenLogprob> ofKept = logprobs;
    TokenLogprob cut = null;
    if (text.isStopped()) {
      textEnd = includeStop ? text.stopEnd() : text.stopStart();
      kept = 0;
      while (kept < generated && text.end(kept) <= textEnd) {
        kept++;
      }
      cut = kept < generated ? logprobs.get(kept) : null;
      ofKept = logprobs.subList(0, kept);
    } else if (finishReason == FinishReason.STOP && !includeStop) {
      kept--;
      ofKept = logprobs.subList(0, kept);
    }
    return assemble(kept, new ArrayList<>(ofKept), textEnd, cut);
  }

  /**
   * @param cut log-probability of the token that the stop cuts, if it cuts one
   */
  private Sample assemble(int kept, List<TokenLogprob> ofKept, int textEnd, TokenLogprob cut) {
    TokenSequence tokens = tokens(promptLength, promptLength + kept);
    int whole = cut == null || kept == 0 ? 0 : text.end(kept - 1);
    if (cut != null && whole < textEnd) {
      // The part of a token before the stop is spelled anew. The first of the new tokens carries
      // the
      // log-probability of the cut one, the others none, so that the sum is of what was generated.
      int[] spelled = plan.speller.spell(text.bytes(whole, textEnd));
      tokens = tokens.concat(TokenSequence.of(spelled));
      for (int i = 0; i < spelled.length; i++) {
        ofKept.add(
            i == 0
                ? new TokenLogprob(spelled[i], cut.logprob(), cut.alternatives())
                : new TokenLogprob(spelled[i], 0, List.of()));
      }
    }
    double sum = 0;
    for (TokenLogprob logprob : ofKept) {
      sum += logprob.logprob();
    }
    return new Sample(
        tokens, text.text(textEnd), finishReason, ofKept, sum, generated, constraintMet);
  }
}
