package dev.espalier.program;

import dev.espalier.engine.Constraint;
import dev.espalier.engine.SamplingParameters;
import dev.espalier.row.ValueType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The options of {@link State#gen} and {@link State#select}, made for static import. Sampling
 * options mean what {@link SamplingParameters} says; a later option wins over an earlier one. There
 * is no seed: the random numbers of a step follow from the seed of the run, the row's id, the
 * step's path and the index of the sample, and from nothing else.
 */
public final class Options {
  private Options() {}

  /** Changes what a generation asks for. */
  record Gen(Consumer<GenRequest.Builder> change) implements GenOption {}

  /**
   * Checks options without a run.
   *
   * @throws dev.espalier.engine.EngineException with INVALID_PARAMETERS, naming all that is wrong
   */
  public static void check(GenOption... options) {
    GenRequest unused = GenRequest.of(options);
  }

  /** Whether these options ask for log-probabilities of tokens. */
  public static boolean reportTokenLogprobs(GenOption... options) {
    return GenRequest.of(options).reportsTokens();
  }

  /** Most tokens that a generation with these options writes, over all its samples. */
  public static long mostGeneratedTokens(GenOption... options) {
    SamplingParameters sampling = GenRequest.of(options).sampling();
    return (long) sampling.n() * sampling.maxTokens();
  }

  /** Chooses how a choice wins. */
  record Method(ChoiceMethod method) implements SelectOption {}

  /** Gives the value a type. */
  record Type(ValueType type) implements TypeOption {}

  private static GenOption sampling(Consumer<SamplingParameters.Builder> change) {
    return new Gen(request -> change.accept(request.sampling));
  }

  private static GenOption constraint(Constraint constraint) {
    return new Gen(request -> request.constraints.add(constraint));
  }

  /** All sampling options at once, in place of those before it. */
  public static GenOption sampling(SamplingParameters parameters) {
    SamplingParameters.Builder builder = parameters.toBuilder();
    return new Gen(request -> request.sampling = builder.build().toBuilder());
  }

  public static GenOption maxTokens(int value) {
    return sampling(s -> s.maxTokens(value));
  }

  public static GenOption minTokens(int value) {
    return sampling(s -> s.minTokens(value));
  }

  /** Independent samples; the text goes on with the first. See {@link Value#outputs()}. */
  public static GenOption n(int value) {
    return sampling(s -> s.n(value));
  }

  public static GenOption temperature(double value) {
    return sampling(s -> s.temperature(value));
  }

  public static GenOption topP(double value) {
    return sampling(s -> s.topP(value));
  }

  public static GenOption topK(int value) {
    return sampling(s -> s.topK(value));
  }

  public static GenOption minP(double value) {
    return sampling(s -> s.minP(value));
  }

  public static GenOption presencePenalty(double value) {
    return sampling(s -> s.presencePenalty(value));
  }

  public static GenOption frequencyPenalty(double value) {
    return sampling(s -> s.frequencyPenalty(value));
  }

  public static GenOption repetitionPenalty(double value) {
    return sampling(s -> s.repetitionPenalty(value));
  }

  public static GenOption logitBias(Map<Integer, Double> value) {
    return sampling(s -> s.logitBias(value));
  }

  public static GenOption allowedTokens(Set<Integer> value) {
    return sampling(s -> s.allowedTokens(value));
  }

  public static GenOption badWords(String... values) {
    return sampling(s -> s.badWords(List.of(values)));
  }

  /** The output ends before the first of these. */
  public static GenOption stop(String... values) {
    return sampling(s -> s.stopStrings(List.of(values)));
  }

  public static GenOption stopTokens(Set<Integer> value) {
    return sampling(s -> s.stopTokens(value));
  }

  /** The output ends at the first match. */
  public static GenOption stopRegex(String value) {
    return sampling(s -> s.stopRegex(value));
  }

  /** The model's own end-of-turn tokens do not end the output. */
  public static GenOption ignoreEos() {
    return sampling(s -> s.ignoreEos(true));
  }

  /** The stop string, pattern or token stays in the output. */
  public static GenOption includeStop() {
    return sampling(s -> s.includeStop(true));
  }

  /**
   * The tokens of the output become part of the step's value and trace, each with its
   * log-probability and that of so many most probable ones; 0 gives the tokens of the output alone.
   * See {@link Value#tokenLogprobs()}.
   */
  public static GenOption logprobs(int value) {
    return new Gen(
        request -> {
          request.sampling.logprobs(value);
          request.reportsTokens = true;
        });
  }

  /**
   * The tokens of the prompt from this position on become part of the step's value and trace, as
   * those of the output do; -1 is none. See {@link Value#promptLogprobs()}.
   */
  public static GenOption promptLogprobsFrom(int value) {
    return sampling(s -> s.promptLogprobsFrom(value));
  }

  /** The whole output matches {@code pattern}. */
  public static GenOption regex(String pattern) {
    return constraint(new Constraint.Regex(pattern));
  }

  /**
   * The whole output is one of {@code values}, written token by token. {@link State#select} weighs
   * whole choices instead.
   */
  public static GenOption choices(String... values) {
    return constraint(new Constraint.Choice(List.of(values)));
  }

  /**
   * The whole output is a JSON document valid under {@code schema}. Unless a {@link #type} is
   * given, the value has the type that the schema allows: a list, a struct or a scalar; with the
   * type STRING it is the text of the document.
   */
  public static GenOption jsonSchema(String schema) {
    return constraint(new Constraint.JsonSchema(schema));
  }

  /** The whole output derives from the rule {@code root} of {@code ebnf}. */
  public static GenOption grammar(String ebnf) {
    return constraint(new Constraint.Grammar(ebnf));
  }

  /**
   * The type of the value and of its column. In a generation without another constraint, a type
   * other than {@link ValueType#STRING} also constrains the output to be of it.
   */
  public static TypeOption type(ValueType type) {
    return new Type(type);
  }

  /** How the choice wins; {@link ChoiceMethod#LOG_LIKELIHOOD} unless said. */
  public static SelectOption method(ChoiceMethod method) {
    return new Method(method);
  }
}
