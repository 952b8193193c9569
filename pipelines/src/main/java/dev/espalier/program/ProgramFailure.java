package dev.espalier.program;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.row.RowError;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;

/** What a failure means for its row. */
final class ProgramFailure {
  /** Class names of objects and lambdas, and loaders, which the JVM numbers anew on each run. */
  private static final Pattern LAMBDA = Pattern.compile("\\$\\$Lambda[$/][\\w$/]*(@[0-9a-f]+)?");

  private static final Pattern OBJECT =
      Pattern.compile("((?:[\\w$]+\\.)+[A-Z][\\w$]*|\\[+[A-Z][\\w$.]*;?)@[0-9a-f]{1,8}\\b");
  private static final Pattern LOADERS =
      Pattern.compile(" \\([^()]* (?:is|are) in [^()]*module[^()]*\\)");

  private ProgramFailure() {}

  /** The error of a row whose step or program failed with {@code thrown}; none of a machine's. */
  static Optional<RowError> of(Throwable thrown, String step) {
    Throwable cause = cause(thrown);
    if (cause instanceof RowException row) {
      return Optional.of(new RowError(row.code(), row.getMessage(), step));
    } else if (cause instanceof EngineException engine) {
      return engine.code().kind() == ErrorCode.Kind.USER
          ? Optional.of(new RowError(engine.code().name(), engine.getMessage(), step))
          : Optional.empty();
    } else if (cause instanceof CancellationException) {
      return Optional.of(
          new RowError(ErrorCode.CANCELLED.name(), "the run of the row was given up", step));
    }
    return Optional.empty();
  }

  /** The error of a row whose program threw {@code thrown}; none of a machine's. */
  static Optional<RowError> ofProgram(Throwable thrown, String step) {
    Optional<RowError> known = of(thrown, step);
    boolean isMachine =
        thrown instanceof EngineException
            || (thrown instanceof VirtualMachineError && !(thrown instanceof StackOverflowError));
    return known.isPresent() || isMachine
        ? known
        : Optional.of(new RowError(RowError.PROGRAM_FAILED, describe(thrown), step));
  }

  static Throwable cause(Throwable thrown) {
    Throwable cause = thrown;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  private static String describe(Throwable thrown) {
    if (thrown instanceof StackOverflowError) {
      return "the program calls itself without end, or too deep for its thread";
    }
    String message = thrown.getMessage();
    String name = LAMBDA.matcher(thrown.getClass().getName()).replaceAll("\\$\\$Lambda");
    return message == null || message.isEmpty() ? name : name + ": " + withoutNoise(message);
  }

  private static String withoutNoise(String message) {
    String text = LAMBDA.matcher(message).replaceAll("\\$\\$Lambda");
    text = OBJECT.matcher(text).replaceAll("$1");
    return LOADERS.matcher(text).replaceAll("");
  }
}
