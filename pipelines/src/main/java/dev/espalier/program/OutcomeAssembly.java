package dev.espalier.program;

import dev.espalier.engine.TokenSequence;
import dev.espalier.row.NamedValue;
import dev.espalier.row.RecordedFields;
import dev.espalier.row.RowError;
import dev.espalier.row.RowOutcome;
import dev.espalier.row.StepTrace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/** Makes the outcome of a run whose steps have all ended. */
final class OutcomeAssembly {
  private final RowRun run;
  private final Throwable thrown;

  /**
   * @param thrown what ended the program, null if it ended by itself
   */
  OutcomeAssembly(RowRun run, Throwable thrown) {
    this.run = run;
    this.thrown = thrown;
  }

  private record Failure(int order, RowError error) {}

  /**
   * The outcome. Of an error row, it has what the program did before the error; of several errors
   * the first in program order counts, whichever came first in time.
   *
   * @throws Exception what failed if that is not the row's
   */
  RowOutcome outcome() throws Exception {
    Optional<Failure> failure = failure();
    int end = failure.map(Failure::order).orElse(run.order());
    return new RowOutcome(
        run.row().id(),
        values(end),
        trace(end),
        failure.map(Failure::error),
        RecordedFields.reads(run.row()));
  }

  private Optional<Failure> failure() throws Exception {
    Failure first = null;
    for (RowRun.Step step : run.steps()) {
      Throwable cause = failureOf(step);
      if (cause != null) {
        Optional<RowError> error = stepError(cause, step.path());
        if (error.isEmpty()) {
          throw asException(cause);
        }
        first = first == null ? new Failure(step.order(), error.get()) : first;
      }
    }
    if (first != null || thrown == null || thrown instanceof StepFailed) {
      return Optional.ofNullable(first);
    }
    RowError error =
        ProgramFailure.ofProgram(thrown, run.lastPath()).orElseThrow(() -> asException(thrown));
    return Optional.of(new Failure(run.order(), error));
  }

  /** A listener may throw anything; the engine throws its own exception alone. */
  private static Optional<RowError> stepError(Throwable cause, String path) {
    return cause instanceof ListenerFailed listener
        ? ProgramFailure.ofProgram(listener.getCause(), path)
        : ProgramFailure.of(cause, path);
  }

  private static Throwable failureOf(RowRun.Step step) {
    if (!step.result().isCompletedExceptionally()) {
      return null;
    }
    return ProgramFailure.cause(step.result().handle((result, error) -> error).join());
  }

  private static Exception asException(Throwable cause) {
    return cause instanceof Exception exception
        ? exception
        : new IllegalStateException("the program ended with " + cause, cause);
  }

  private List<NamedValue> values(int end) {
    Map<String, ColumnValue> columns = new LinkedHashMap<>();
    for (RowRun.Assignment assignment : run.assignments()) {
      Value value = assignment.value();
      if (assignment.order() < end && !value.answer().isCompletedExceptionally()) {
        columns
            .computeIfAbsent(assignment.column(), name -> new ColumnValue())
            .put(assignment.branches(), value.type(), value.answer().join().value());
      }
    }
    return columns.entrySet().stream()
        .map(column -> column.getValue().named(column.getKey()))
        .toList();
  }

  private List<StepTrace> trace(int end) {
    List<StepTrace> trace = new ArrayList<>();
    NavigableSet<TokenSequence> computed = new TreeSet<>();
    for (RowRun.Step step : run.steps()) {
      if (step.order() < end) {
        ForwardResult result = step.result().join();
        int cached = cached(result.prompt(), computed);
        for (int i = 0; i < result.texts().size(); i++) {
          trace.add(entry(step, i, cached));
        }
        computed.addAll(result.computed());
      }
    }
    return trace;
  }

  private static StepTrace entry(RowRun.Step step, int sample, int cached) {
    ForwardResult result = step.result().join();
    ForwardResult.Text text = result.texts().get(sample);
    return new StepTrace(
        sample == 0 ? step.path() : step.path() + "[" + sample + "]",
        step.kind(),
        result.prompt().length(),
        cached,
        text.tokens(),
        text.output().finishReason(),
        text.output().logprob(),
        text.output().text(),
        text.output().tokenLogprobs(),
        sample == 0 ? result.promptLogprobs() : List.of());
  }

  /**
   * The longest beginning that {@code prompt} shares with a sequence in {@code computed}, which a
   * neighbour in lexicographic order has. The last token is computed in any case.
   */
  private static int cached(TokenSequence prompt, NavigableSet<TokenSequence> computed) {
    TokenSequence below = computed.floor(prompt);
    TokenSequence above = computed.ceiling(prompt);
    int shared =
        Math.max(
            below == null ? 0 : below.commonPrefixLength(prompt),
            above == null ? 0 : above.commonPrefixLength(prompt));
    return Math.min(shared, prompt.length() - 1);
  }

  /** A listener's exception, to tell it from one of the machine. */
  static final class ListenerFailed extends RuntimeException {
    ListenerFailed(Throwable cause) {
      super(cause);
    }
  }
}
