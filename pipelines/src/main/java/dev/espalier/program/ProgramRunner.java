package dev.espalier.program;

import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.TokenSequence;
import dev.espalier.engine.text.ChatTemplate;
import dev.espalier.engine.text.Tokenizer;
import dev.espalier.row.RecordedFields;
import dev.espalier.row.Row;
import dev.espalier.row.RowOutcome;
import dev.espalier.row.RowReads;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * The interpreter: a program bound to the tokenizer and the chat template of a model. Each run of a
 * program has a thread of its own while it waits for values; close the runner to give the threads
 * back.
 */
public final class ProgramRunner implements RowRunner, AutoCloseable {
  private static final AtomicLong RUNS = new AtomicLong();

  private final Program program;
  private final PromptEncoder encoder;
  private final ConversationTexts template;
  private final int contextLength;
  private final int maxSteps;
  private final RowRun.Listeners listeners;
  private final ExecutorService threads;
  private final Map<Long, CompletableFuture<RowOutcome>> underWay = new ConcurrentHashMap<>();

  private ProgramRunner(Builder builder) {
    this.program = builder.program;
    this.encoder = new PromptEncoder(builder.tokenizer);
    this.template = builder.template;
    this.contextLength = builder.contextLength;
    this.maxSteps = builder.maxSteps;
    this.listeners = builder.listeners;
    this.threads = ProgramThreads.atMost(builder.threads);
  }

  public static Builder builder(Program program, Tokenizer tokenizer, int contextLength) {
    return new Builder(program, tokenizer, contextLength);
  }

  @Override
  public TokenSequence opening(Row row) {
    return trace(row).tokens();
  }

  @Override
  public WrittenOpening trace(Row row) {
    PromptEncoder recording = encoder.recording();
    TokenSequence opening = opening(row, recording);
    return new WrittenOpening(opening, recording.textOf(opening));
  }

  private TokenSequence opening(Row row, PromptEncoder recording) {
    OpeningProbe probe = new OpeningProbe(contextLength);
    if (row.error().isEmpty()) {
      try {
        program.run(state(new RowRun(row, probe, recording, maxSteps), recording));
      } catch (VirtualMachineError e) {
        if (!(e instanceof StackOverflowError)) {
          throw e;
        }
      } catch (Throwable e) { // whatever a program throws; run() meets it again and reports it
        return probe.opening();
      }
    }
    return probe.opening();
  }

  @Override
  public CompletableFuture<RowOutcome> run(Row row, Engine engine, long runSeed) {
    return run(
        row, new WrittenOpening(TokenSequence.empty(), WrittenOpening.UNKNOWN), engine, runSeed);
  }

  @Override
  public CompletableFuture<RowOutcome> run(
      Row row, WrittenOpening opening, Engine engine, long runSeed) {
    if (row.error().isPresent()) {
      return CompletableFuture.completedFuture(
          new RowOutcome(row.id(), List.of(), List.of(), row.error(), RowReads.ofNoField(row)));
    }
    long number = RUNS.incrementAndGet();
    PromptEncoder knowing = encoder.knowing(opening);
    ModelSteps target = new ModelSteps(engine, knowing, row.id(), runSeed, number);
    RowRun run = new RowRun(RecordedFields.of(row), target, knowing, maxSteps);
    CompletableFuture<RowOutcome> outcome = new CompletableFuture<>();
    underWay.put(number, outcome);
    // Nobody waits for the steps of a run that was given up.
    var unused =
        outcome.whenComplete(
            (result, error) -> {
              underWay.remove(number);
              if (error != null) {
                target.cancel();
              }
            });
    try {
      threads.execute(() -> run(run, knowing, outcome));
    } catch (RejectedExecutionException e) {
      outcome.completeExceptionally(closed());
    }
    return outcome;
  }

  private void run(RowRun run, PromptEncoder knowing, CompletableFuture<RowOutcome> outcome) {
    Throwable thrown = null;
    try {
      program.run(state(run, knowing));
    } catch (Throwable e) { // belongs to the row, unless the assembly says otherwise
      thrown = e;
    }
    OutcomeAssembly assembly = new OutcomeAssembly(run, thrown);
    // The values too: they follow from the steps, in no certain order after them.
    CompletableFuture<?>[] all =
        Stream.concat(
                run.steps().stream().map(RowRun.Step::result),
                run.assignments().stream().map(assignment -> assignment.value().answer()))
            .toArray(CompletableFuture<?>[]::new);
    var unused = CompletableFuture.allOf(all).whenComplete((d, f) -> complete(outcome, assembly));
  }

  private static void complete(CompletableFuture<RowOutcome> outcome, OutcomeAssembly assembly) {
    try {
      outcome.complete(assembly.outcome());
    } catch (Throwable e) { // of the machine, or a defect here: the bundle must not hang
      outcome.completeExceptionally(e);
    }
  }

  private State state(RowRun run, PromptEncoder own) {
    return new State(run, own, new Prompt(own, template), Scope.root(run), listeners);
  }

  private static EngineException closed() {
    return new EngineException(ErrorCode.ENGINE_CLOSED, "the program runner is closed");
  }

  /** Ends the threads; programs under way fail with {@link ErrorCode#ENGINE_CLOSED}. */
  @Override
  public void close() {
    threads.shutdownNow();
    underWay.values().forEach(outcome -> outcome.completeExceptionally(closed()));
  }

  /** Named settings of a runner; not thread-safe. */
  public static final class Builder {
    private final Program program;
    private final Tokenizer tokenizer;
    private final int contextLength;
    private ConversationTexts template = ConversationTexts.of(Optional.empty());
    private int maxSteps = 10_000;
    private int threads = 512;
    private RowRun.Listeners listeners = RowRun.Listeners.NONE;

    private Builder(Program program, Tokenizer tokenizer, int contextLength) {
      this.program = program;
      this.tokenizer = tokenizer;
      this.contextLength = contextLength;
    }

    /** How the model writes turns; without a template, programs that use roles fail. */
    public Builder template(Optional<ChatTemplate> value) {
      return template(ConversationTexts.of(value));
    }

    Builder template(ConversationTexts value) {
      this.template = value;
      return this;
    }

    /** Most steps of the model that one row may have, so that an endless loop ends; 10,000. */
    public Builder maxSteps(int value) {
      this.maxSteps = value;
      return this;
    }

    /** Most programs that run at the same time; others wait for their turn. 512. */
    public Builder threads(int value) {
      this.threads = value;
      return this;
    }

    /** Tells {@code listener} of every step of every row. */
    public Builder onStep(StepListener listener) {
      this.listeners = listeners.with(listener);
      return this;
    }

    public ProgramRunner build() {
      return new ProgramRunner(this);
    }
  }
}
