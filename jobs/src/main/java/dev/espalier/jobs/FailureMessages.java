package dev.espalier.jobs;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.io.FileProblemException;
import dev.espalier.pipeline.DuplicateRowException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds in a failure and its causes what its reader can act on. */
final class FailureMessages {
  private FailureMessages() {}

  /** What is wrong with the job's configuration or data, if that is why it failed. */
  static Optional<String> ofConfiguration(Throwable failure) {
    return causes(failure).stream()
        .filter(FailureMessages::isOfConfiguration)
        .map(Throwable::getMessage)
        .findFirst();
  }

  /** What the failure and its causes say, the innermost reason last, nothing twice. */
  static String of(Throwable failure) {
    Set<String> messages = new LinkedHashSet<>();
    for (Throwable at : causes(failure)) {
      String message = at.getMessage();
      String line =
          message == null || message.isBlank() ? at.getClass().getSimpleName() : message.strip();
      // Wrappers repeat their cause: `java.io.IOException: disk full`.
      boolean repeats = at.getCause() != null && line.equals(at.getCause().toString());
      if (!repeats && messages.stream().noneMatch(known -> known.contains(line))) {
        messages.add(line);
      }
    }
    return String.join("\n    caused by: ", messages);
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
