package dev.espalier.program;

import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.FinishReason;
import dev.espalier.engine.GenerationRequest;
import dev.espalier.engine.GenerationResult;
import dev.espalier.engine.GenerationResult.Sample;
import dev.espalier.engine.ScoreRequest;
import dev.espalier.engine.ScoreResult;
import dev.espalier.engine.SeedPath;
import dev.espalier.engine.TokenLogprob;
import dev.espalier.engine.TokenSequence;
import dev.espalier.row.RowError;
import dev.espalier.row.ScoredToken;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Sends the steps of one run of a program to an engine. Thread-safe. */
final class ModelSteps implements StepTarget {
  /** Code points of an output that a message shows. */
  private static final int QUOTED = 40;

  private final Engine engine;
  private final PromptEncoder encoder;
  private final String row;
  private final long runSeed;
  private final long program;
  private final AtomicLong requests = new AtomicLong();
  private final Map<Long, CompletableFuture<?>> waiting = new ConcurrentHashMap<>();
  private volatile boolean cancelled;

  /**
   * @param program see {@link GenerationRequest#program()}
   */
  ModelSteps(Engine engine, PromptEncoder encoder, String row, long runSeed, long program) {
    this.engine = engine;
    this.encoder = encoder;
    this.row = row;
    this.runSeed = runSeed;
    this.program = program;
  }

  @Override
  public CompletableFuture<ForwardResult> generate(
      String step,
      CompletableFuture<TokenSequence> prefix,
      TokenSequence piece,
      GenRequest request) {
    return prefix.thenCompose(
        before -> {
          TokenSequence prompt = prompt(before, piece, 1);
          GenerationRequest generation =
              new GenerationRequest(
                  prompt,
                  request.sampling(),
                  request.constraint(),
                  new SeedPath(runSeed, row, step),
                  program);
          return submit(() -> engine.generate(generation))
              .thenApply(result -> generated(prompt, result, request));
        });
  }

  private ForwardResult generated(
      TokenSequence prompt, GenerationResult result, GenRequest request) {
    List<ForwardResult.Text> texts = new ArrayList<>();
    List<TokenSequence> computed = new ArrayList<>();
    for (Sample sample : result.samples()) {
      if (!sample.constraintMet()) {
        throw incomplete(prompt, sample, request);
      }
      String finish = sample.finishReason().name().toLowerCase(Locale.ROOT);
      double logprob = sample.cumulativeLogprob();
      texts.add(
          new ForwardResult.Text(
              new Output(
                  sample.text(),
                  finish,
                  logprob,
                  request.reportsTokens() ? scored(sample.logprobs()) : List.of()),
              request.value(sample.text()),
              sample.generatedTokens()));
      int read = Math.min(sample.tokens().length(), sample.generatedTokens() - 1);
      computed.add(prompt.concat(sample.tokens().slice(0, Math.max(0, read))));
    }
    TokenSequence after = prompt.concat(withoutStop(result.first()));
    return new ForwardResult(
        prompt, after, texts, List.of(), scored(result.promptLogprobs()), computed);
  }

  private List<ScoredToken> scored(List<TokenLogprob> logprobs) {
    return logprobs.stream()
        .map(
            known ->
                new ScoredToken(
                    known.token(),
                    text(known.token()),
                    known.logprob(),
                    known.alternatives().stream()
                        .map(
                            other ->
                                new ScoredToken.Alternative(
                                    other.token(), text(other.token()), other.logprob()))
                        .toList()))
        .toList();
  }

  private String text(int token) {
    return encoder.decode(TokenSequence.of(token));
  }

  private RowException incomplete(TokenSequence prompt, Sample sample, GenRequest request) {
    int allowed = sample.generatedTokens();
    boolean byMaxTokens = allowed == request.sampling().maxTokens();
    String limit =
        byMaxTokens
            ? "maxTokens allows " + allowed + " tokens"
            : "the prompt of "
                + prompt.length()
                + " tokens leaves "
                + allowed
                + " of the "
                + engine.model().contextLength()
                + " that the context of the model has";
    String remedy =
        byMaxTokens ? "raise maxTokens" : "shorten the row's fields or the program's text";
    return new RowException(
        RowError.OUTPUT_INCOMPLETE,
        limit
            + ", and with these the output, which ends in \""
            + end(sample.text())
            + "\", does not meet its constraint yet; "
            + remedy
            + ", or let the constraint allow shorter outputs");
  }

  /** The last characters of {@code text}, where it was cut off. */
  private static String end(String text) {
    int length = text.codePointCount(0, text.length());
    return text.substring(text.offsetByCodePoints(0, Math.max(0, length - QUOTED)));
  }

  /** A stop token that stays in the output is no part of a text that goes on. */
  private TokenSequence withoutStop(Sample sample) {
    TokenSequence tokens = sample.tokens();
    int last = tokens.length() - 1;
    boolean stopped =
        sample.finishReason() == FinishReason.STOP
            && last >= 0
            && engine.model().endOfTurnTokens().contains(tokens.get(last));
    return stopped ? tokens.slice(0, last) : tokens;
  }

  @Override
  public CompletableFuture<ForwardResult> select(
      CompletableFuture<TokenSequence> prefix, TokenSequence piece, Selection selection) {
    return prefix.thenCompose(
        before -> {
          TokenSequence prompt = prompt(before, piece, selection.longest());
          ScoreRequest conditional = new ScoreRequest(prompt, selection.tokens(), program);
          CompletableFuture<ScoreResult> scored = submit(() -> engine.score(conditional));
          CompletableFuture<List<List<Float>>> alone =
              selection.method() == ChoiceMethod.UNCONDITIONAL_LIKELIHOOD_NORMALIZED
                  ? unconditional(selection.tokens())
                  : CompletableFuture.completedFuture(List.of());
          return scored.thenCombine(
              alone, (result, prior) -> selected(prompt, selection, result, prior));
        });
  }

  private static ForwardResult selected(
      TokenSequence prompt, Selection selection, ScoreResult result, List<List<Float>> prior) {
    double[] scores = selection.method().scores(result.continuations(), prior);
    List<ChoiceScore> choices = new ArrayList<>();
    List<TokenSequence> computed = new ArrayList<>();
    int best = 0;
    for (int i = 0; i < scores.length; i++) {
      ScoreResult.Continuation choice = result.continuations().get(i);
      TokenSequence tokens = selection.tokens().get(i);
      choices.add(
          new ChoiceScore(
              selection.choices().get(i),
              choice.logprob(),
              scores[i],
              tokens.length(),
              choice.greedy()));
      computed.add(prompt.concat(tokens.slice(0, tokens.length() - 1)));
      best = scores[i] > scores[best] ? i : best;
    }
    ChoiceScore winner = choices.get(best);
    ForwardResult.Text text =
        new ForwardResult.Text(
            new Output(winner.choice(), "choice", winner.logprob(), List.of()),
            ValueReader.read(selection.type(), winner.choice()),
            winner.tokens());
    TokenSequence after = prompt.concat(selection.tokens().get(best));
    return new ForwardResult(prompt, after, List.of(text), choices, List.of(), computed);
  }

  /**
   * Log-probabilities of the tokens of each choice after those of the choice before them alone; 0
   * for the first. Choices with the same first token are one request.
   */
  private CompletableFuture<List<List<Float>>> unconditional(List<TokenSequence> choices) {
    List<List<Float>> logprobs = new ArrayList<>();
    Map<Integer, List<Integer>> byFirst = new TreeMap<>();
    for (int i = 0; i < choices.size(); i++) {
      logprobs.add(List.of(0f));
      if (choices.get(i).length() > 1) {
        byFirst.computeIfAbsent(choices.get(i).get(0), first -> new ArrayList<>()).add(i);
      }
    }
    CompletableFuture<?>[] groups =
        byFirst.entrySet().stream()
            .map(group -> rest(choices, group.getKey(), group.getValue(), logprobs))
            .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(groups).thenApply(done -> logprobs);
  }

  private CompletableFuture<?> rest(
      List<TokenSequence> choices, int first, List<Integer> members, List<List<Float>> logprobs) {
    List<TokenSequence> rests =
        members.stream().map(i -> choices.get(i).slice(1, choices.get(i).length())).toList();
    ScoreRequest request = new ScoreRequest(TokenSequence.of(first), rests, program);
    return submit(() -> engine.score(request))
        .thenAccept(
            result -> {
              for (int i = 0; i < members.size(); i++) {
                List<Float> all = new ArrayList<>(List.of(0f));
                all.addAll(result.continuations().get(i).tokenLogprobs());
                // Groups end on several threads; the list is read after all of them.
                synchronized (logprobs) {
                  logprobs.set(members.get(i), all);
                }
              }
            });
  }

  private TokenSequence prompt(TokenSequence before, TokenSequence piece, int room) {
    TokenSequence prompt = before.concat(piece);
    StepTarget.checkLength(prompt, room, engine.model().contextLength());
    return prompt;
  }

  private <T> CompletableFuture<T> submit(Supplier<CompletableFuture<T>> request) {
    if (cancelled) {
      return CompletableFuture.failedFuture(
          new EngineException(ErrorCode.CANCELLED, "the run of the row was given up"));
    }
    CompletableFuture<T> future = request.get();
    long number = requests.incrementAndGet();
    waiting.put(number, future);
    if (cancelled) {
      future.cancel(true);
    }
    return future.whenComplete((result, error) -> waiting.remove(number));
  }

  /** Gives up all requests under way, and those to come. */
  void cancel() {
    cancelled = true;
    waiting.values().forEach(future -> future.cancel(true));
  }
}
