package dev.espalier.eval.task;

import dev.espalier.engine.text.ChatTemplate;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * How prompts are built. Immutable; a {@code with} method returns a changed copy.
 *
 * @param shots few-shot examples before each question; absent for what the task says. A task that
 *     says 0 keeps to it
 * @param fewshotSeed of the random numbers that choose examples
 * @param chatTemplate absent for plain text
 * @param templateVariables what the chat template may ask for
 * @param systemInstruction stands before all else
 * @param multiturn whether few-shot examples are turns of their own under a chat template; if not,
 *     all is one turn of the user
 * @param limit documents of each task: a number of them from 1 on, below it a fraction, rounded up
 * @param samples places of the documents to take; empty for all
 * @param generation takes the place of entries of {@code generation_kwargs}
 */
public record PromptOptions(
    OptionalInt shots,
    long fewshotSeed,
    Optional<ChatTemplate> chatTemplate,
    Map<String, Object> templateVariables,
    Optional<String> systemInstruction,
    boolean multiturn,
    OptionalDouble limit,
    List<Integer> samples,
    Map<String, Object> generation) {
  /** What lm-evaluation-harness does unless told otherwise, without a chat template. */
  public static final PromptOptions DEFAULT =
      new PromptOptions(
          OptionalInt.empty(),
          1234,
          Optional.empty(),
          Map.of(),
          Optional.empty(),
          true,
          OptionalDouble.empty(),
          List.of(),
          Map.of());

  public PromptOptions {
    Objects.requireNonNull(shots, "shots");
    Objects.requireNonNull(chatTemplate, "chatTemplate");
    templateVariables = Collections.unmodifiableMap(new LinkedHashMap<>(templateVariables));
    Objects.requireNonNull(systemInstruction, "systemInstruction");
    Objects.requireNonNull(limit, "limit");
    samples = List.copyOf(samples);
    generation = Collections.unmodifiableMap(new LinkedHashMap<>(generation));
  }

  public PromptOptions withShots(int number) {
    return new PromptOptions(
        OptionalInt.of(number),
        fewshotSeed,
        chatTemplate,
        templateVariables,
        systemInstruction,
        multiturn,
        limit,
        samples,
        generation);
  }

  public PromptOptions withFewshotSeed(long seed) {
    return new PromptOptions(
        shots,
        seed,
        chatTemplate,
        templateVariables,
        systemInstruction,
        multiturn,
        limit,
        samples,
        generation);
  }

  public PromptOptions withChatTemplate(ChatTemplate template, Map<String, Object> variables) {
    return new PromptOptions(
        shots,
        fewshotSeed,
        Optional.of(template),
        variables,
        systemInstruction,
        multiturn,
        limit,
        samples,
        generation);
  }

  public PromptOptions withSystemInstruction(String instruction) {
    return new PromptOptions(
        shots,
        fewshotSeed,
        chatTemplate,
        templateVariables,
        Optional.of(instruction),
        multiturn,
        limit,
        samples,
        generation);
  }

  public PromptOptions withMultiturn(boolean turns) {
    return new PromptOptions(
        shots,
        fewshotSeed,
        chatTemplate,
        templateVariables,
        systemInstruction,
        turns,
        limit,
        samples,
        generation);
  }

  public PromptOptions withLimit(double number) {
    return new PromptOptions(
        shots,
        fewshotSeed,
        chatTemplate,
        templateVariables,
        systemInstruction,
        multiturn,
        OptionalDouble.of(number),
        samples,
        generation);
  }

  public PromptOptions withSamples(List<Integer> places) {
    return new PromptOptions(
        shots,
        fewshotSeed,
        chatTemplate,
        templateVariables,
        systemInstruction,
        multiturn,
        limit,
        places,
        generation);
  }

  public PromptOptions withGeneration(Map<String, Object> arguments) {
    return new PromptOptions(
        shots,
        fewshotSeed,
        chatTemplate,
        templateVariables,
        systemInstruction,
        multiturn,
        limit,
        samples,
        arguments);
  }
}
