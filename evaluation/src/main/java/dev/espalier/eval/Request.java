package dev.espalier.eval;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** One question to a model, as text: what lm-evaluation-harness calls an instance's arguments. */
public sealed interface Request {

  /** The text before what is asked for; the argument that a prompt's hash covers. */
  String context();

  /**
   * Asks for the log-probability of a continuation.
   *
   * @param continuation is scored; whitespace at the end of the context moves to it when both
   *     become tokens
   */
  record Loglikelihood(String context, String continuation) implements Request {
    public Loglikelihood {
      Objects.requireNonNull(context, "context");
      Objects.requireNonNull(continuation, "continuation");
    }
  }

  /** Asks for the log-probability of a whole text, in disjoint windows. */
  record RollingLoglikelihood(String text) implements Request {
    public RollingLoglikelihood {
      Objects.requireNonNull(text, "text");
    }

    @Override
    public String context() {
      return text;
    }
  }

  /**
   * Asks for a text.
   *
   * @param arguments the task's {@code generation_kwargs} in their order
   */
  record GenerateUntil(String context, Map<String, Object> arguments) implements Request {
    public GenerateUntil {
      Objects.requireNonNull(context, "context");
      arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
    }
  }
}
