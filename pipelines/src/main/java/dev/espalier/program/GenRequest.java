package dev.espalier.program;

import dev.espalier.engine.Constraint;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.InvalidParametersException;
import dev.espalier.engine.SamplingParameters;
import dev.espalier.row.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a {@code gen} asks for, its prompt and seed aside.
 *
 * @param reportsTokens whether log-probabilities of single tokens are part of what it gives
 */
record GenRequest(
    SamplingParameters sampling,
    Optional<Constraint> constraint,
    ValueType type,
    boolean reportsTokens) {

  /**
   * @throws EngineException with {@link ErrorCode#INVALID_PARAMETERS}, naming all that is wrong
   */
  static GenRequest of(GenOption... options) {
    Builder builder = new Builder();
    for (GenOption option : options) {
      if (option instanceof Options.Gen gen) {
        gen.change().accept(builder);
      } else if (option instanceof Options.Type type) {
        builder.type = type.type();
      }
    }
    return builder.build();
  }

  /** The option that gives a constraint, as a program file names it. */
  private static String option(Constraint constraint) {
    if (constraint instanceof Constraint.Regex) {
      return "regex";
    } else if (constraint instanceof Constraint.Choice) {
      return "choices";
    }
    return constraint instanceof Constraint.JsonSchema ? "jsonSchema" : "grammar";
  }

  /** Collects options; the last one wins, but of constraints there is one. */
  static final class Builder {
    SamplingParameters.Builder sampling = SamplingParameters.builder();
    final List<Constraint> constraints = new ArrayList<>();
    private ValueType type = ValueType.STRING;
    boolean reportsTokens;

    private GenRequest build() {
      SamplingParameters parameters = sampling.build();
      if (constraints.size() > 1) {
        throw new EngineException(
            ErrorCode.INVALID_PARAMETERS,
            "a generation has one constraint at most, but this one has "
                + String.join(" and ", constraints.stream().map(GenRequest::option).toList()));
      }
      for (Constraint one : constraints) {
        if (one instanceof Constraint.Choice choice
            && choice.choices().size() > State.MOST_CHOICES) {
          throw new InvalidParametersException(
              List.of(
                  new InvalidParametersException.Problem(
                      "choices",
                      "choices holds "
                          + choice.choices().size()
                          + " texts but may hold "
                          + State.MOST_CHOICES)));
        }
      }
      Optional<Constraint> constraint =
          constraints.isEmpty() ? ValueReader.constraint(type) : Optional.of(constraints.get(0));
      boolean asks = parameters.logprobs() > 0 || parameters.promptLogprobsFrom() >= 0;
      return new GenRequest(parameters, constraint, type, reportsTokens || asks);
    }
  }
}
