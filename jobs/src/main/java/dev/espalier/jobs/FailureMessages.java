package dev.espalier.jobs;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.io.FileProblemException;
import dev.espalier.io.IoReason;
import dev.espalier.pipeline.DuplicateRowException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds in a failure and its causes what its reader can act on, in words without Java's names. */
final class FailureMessages {
  private static final long MIB = 1L << 20;

  /** By name: Flink may not be there. */
  private static final String NO_SLOTS = "NoResourceAvailableException";

  private FailureMessages() {}

  /** What is wrong with the job's configuration or data, if that is why it failed. */
  static Optional<String> ofConfiguration(Throwable failure) {
    return causes(failure).stream()
        .filter(FailureMessages::isOfConfiguration)
        .map(FailureMessages::sentence)
        .findFirst();
  }

  /** What the failure and its causes say, the innermost reason last, nothing twice. */
  static String of(Throwable failure) {
    Set<String> messages = new LinkedHashSet<>();
    for (Throwable at : causes(failure)) {
      // Wrappers repeat their cause: `java.io.IOException: disk full`.
      boolean repeats =
          at.getCause() != null
              && (at.getMessage() == null || at.getMessage().equals(at.getCause().toString()));
      String line = repeats ? "" : sentence(at);
      if (!line.isBlank() && messages.stream().noneMatch(known -> known.contains(line))) {
        messages.add(line);
      }
    }
    return messages.isEmpty()
        ? "an internal error, which says no more"
        : String.join("\n    caused by: ", messages);
  }

  /** Whether memory ran out, in the heap or on a device. */
  static boolean isOutOfMemory(Throwable failure) {
    return causes(failure).stream()
        .anyMatch(
            at ->
                at instanceof OutOfMemoryError
                    || (at instanceof EngineException engine
                        && engine.code() == ErrorCode.OUT_OF_MEMORY));
  }

  private static String sentence(Throwable failure) {
    String message = IoReason.withoutClassNames(failure.getMessage());
    if (failure instanceof Error error) {
      return ofError(error, message);
    }
    if (failure.getClass().getSimpleName().equals(NO_SLOTS)) {
      return "the cluster gave the job no slots within slot.request.timeout: write a runner.workers"
          + " that is no more than its slots, or start TaskManagers, and run it again";
    }
    if (failure instanceof FileSystemException file && file.getFile() != null) {
      return file.getFile() + ": " + IoReason.of(file);
    }
    if (failure instanceof IOException && !(failure instanceof FileProblemException)) {
      return IoReason.of(failure);
    }
    boolean defect =
        failure instanceof NullPointerException
            || failure instanceof ClassCastException
            || failure instanceof IndexOutOfBoundsException
            || (failure instanceof RuntimeException && message.isBlank());
    return defect ? "an internal error; please report it" : message;
  }

  private static String ofError(Error error, String message) {
    if (error instanceof OutOfMemoryError) {
      return "memory ran out: the heap has %s MiB; give it more (ESPALIER_JAVA_OPTS=-Xmx…), or lower"
              .formatted(Runtime.getRuntime().maxMemory() / MIB)
          + " plan.inFlight, engine.kvCacheBytes or engine.maxBatchTokens";
    }
    if (error instanceof StackOverflowError) {
      return "something is nested too deeply: simplify what the message above it names, or the"
          + " program";
    }
    if (error instanceof ExceptionInInitializerError || error instanceof UnsatisfiedLinkError) {
      return "a part of this program cannot be started"
          + (message.isBlank() ? "" : ": " + message)
          + "; build it again, or copy it whole";
    }
    if (error instanceof LinkageError) {
      return "code is missing or damaged"
          + (message.isBlank() ? "" : ": " + message.replace('/', '.'))
          + "; put all that the program needs on ESPALIER_CLASSPATH, or build this command again";
    }
    return message.isBlank() ? "an internal error; please report it" : message;
  }

  private static boolean isOfConfiguration(Throwable failure) {
    return failure instanceof FileProblemException
        || failure instanceof DuplicateRowException
        || (failure instanceof EngineException engine
            && engine.code().kind() == ErrorCode.Kind.CONFIGURATION);
  }

  private static List<Throwable> causes(Throwable failure) {
    List<Throwable> causes = new ArrayList<>();
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Throwable at = failure; at != null && seen.add(at); at = at.getCause()) {
      causes.add(at);
    }
    return causes;
  }
}
