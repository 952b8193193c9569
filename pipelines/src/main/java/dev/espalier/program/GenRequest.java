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
 * @param isJson whether outputs are JSON documents that are read as values of the type
 * @param reportsTokens whether log-probabilities of single tokens are part of what it gives
 */
record GenRequest(
    SamplingParameters sampling,
    Optional<Constraint> constraint,
    ValueType type,
    boolean isJson,
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
        builder.type = Optional.of(type.type());
      }
    }
    return builder.build();
  }

  /**
   * The value of an output.
   *
   * @throws RowException if it is not of the type
   */
  Object value(String output) {
    return isJson ? JsonValues.read(type, output) : ValueReader.read(type, output);
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
    private Optional<ValueType> type = Optional.empty();
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
      Optional<Constraint> given = constraints.stream().findFirst();
      boolean isJson = type.isEmpty() && given.orElse(null) instanceof Constraint.JsonSchema;
      ValueType known = type.orElse(ValueType.STRING);
      if (isJson) {
        known = SchemaTypes.of(((Constraint.JsonSchema) given.get()).schema());
      }
      Optional<Constraint> constraint = given.isPresent() ? given : ValueReader.constraint(known);
      boolean asks = parameters.logprobs() > 0 || parameters.promptLogprobsFrom() >= 0;
      return new GenRequest(parameters, constraint, known, isJson, reportsTokens || asks);
    }
  }
}
