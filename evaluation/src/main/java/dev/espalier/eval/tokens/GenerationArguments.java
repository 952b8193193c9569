package dev.espalier.eval.tokens;

import dev.espalier.engine.InvalidParametersException;
import dev.espalier.engine.SamplingParameters;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a task's {@code generation_kwargs} ask for.
 *
 * @param sampling of one sample; a stop ends it and stays in it
 * @param stops in their order, the text of the token that ends a sequence among them
 */
public record GenerationArguments(SamplingParameters sampling, List<String> stops) {
  private static final int DEFAULT_TOKENS = 256;

  /** What transformers samples from where nobody says otherwise. */
  private static final int DEFAULT_TOP_K = 50;

  /** Names of the most tokens to generate; the first that is there counts. */
  private static final List<String> LIMITS =
      List.of("max_gen_toks", "max_new_tokens", "max_tokens", "max_completion_tokens");

  private static final Set<String> KNOWN =
      Set.of(
          "max_gen_toks",
          "max_new_tokens",
          "max_tokens",
          "max_completion_tokens",
          "until",
          "do_sample",
          "temperature",
          "top_p",
          "top_k",
          "min_p",
          "repetition_penalty",
          "min_new_tokens",
          "num_beams",
          "use_cache");

  public GenerationArguments {
    stops = List.copyOf(stops);
  }

  /**
   * @throws IllegalArgumentException naming the argument that is wrong
   */
  public static GenerationArguments of(Map<String, Object> arguments, ModelText model) {
    for (String name : arguments.keySet()) {
      if (!KNOWN.contains(name)) {
        throw new IllegalArgumentException(
            "generation_kwargs: `" + name + "` is not known; there are " + new TreeSet<>(KNOWN));
      }
    }
    if (arguments.get("num_beams") != null && number("num_beams", arguments) != 1) {
      throw new IllegalArgumentException(
          "generation_kwargs: num_beams is " + arguments.get("num_beams") + "; there is no search");
    }
    List<String> stops = stops(arguments.get("until"));
    model.eos().filter(eos -> !stops.contains(eos.text())).ifPresent(eos -> stops.add(eos.text()));
    double temperature =
        arguments.get("temperature") == null ? 0 : number("temperature", arguments);
    Object sample = arguments.get("do_sample");
    boolean random = sample == null ? temperature > 0 : isTrue(sample);
    if (random && temperature == 0) {
      throw new IllegalArgumentException(
          "generation_kwargs: do_sample is true and temperature is "
              + (arguments.get("temperature") == null ? "not given" : "0")
              + "; give a temperature above 0, or leave do_sample out");
    }
    SamplingParameters.Builder sampling =
        SamplingParameters.builder()
            .maxTokens(limit(arguments))
            .temperature(random ? temperature : 0)
            .repetitionPenalty(
                or("repetition_penalty", arguments, model.defaults().repetitionPenalty(), 1))
            .stopStrings(stops.stream().filter(stop -> !stop.isEmpty()).distinct().toList())
            .stopTokens(stopTokens(stops, model))
            .includeStop(true);
    if (arguments.get("min_new_tokens") != null) {
      sampling.minTokens(integer("min_new_tokens", arguments));
    }
    if (random) {
      OptionalInt topK = model.defaults().topK();
      sampling
          .topK(
              arguments.get("top_k") == null
                  ? topK.orElse(DEFAULT_TOP_K)
                  : integer("top_k", arguments))
          .topP(or("top_p", arguments, model.defaults().topP(), 1))
          .minP(or("min_p", arguments, model.defaults().minP(), 0));
    }
    try {
      return new GenerationArguments(sampling.build(), stops);
    } catch (InvalidParametersException e) {
      throw new IllegalArgumentException("generation_kwargs: " + e.getMessage(), e);
    }
  }

  /** A stop that is a special token has no text in an output. */
  private static Set<Integer> stopTokens(List<String> stops, ModelText model) {
    Set<Integer> tokens = new TreeSet<>();
    for (String stop : stops) {
      OptionalInt id = model.tokenizer().id(stop);
      if (id.isPresent() && model.tokenizer().isSpecial(id.getAsInt())) {
        tokens.add(id.getAsInt());
      }
    }
    return tokens;
  }

  private static List<String> stops(Object until) {
    List<String> stops = new ArrayList<>();
    if (until instanceof List<?> several) {
      several.forEach(stop -> stops.add(text(stop)));
    } else if (until != null) {
      stops.add(text(until));
    }
    return stops;
  }

  private static String text(Object stop) {
    if (stop instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException(
        "generation_kwargs: until holds " + stop + "; write a text, or a list of texts");
  }

  private static int limit(Map<String, Object> arguments) {
    for (String name : LIMITS) {
      if (arguments.get(name) != null) {
        int limit = integer(name, arguments);
        if (limit < 1) {
          throw new IllegalArgumentException(
              "generation_kwargs: " + name + " is " + limit + "; it must be at least 1");
        }
        return limit;
      }
    }
    return DEFAULT_TOKENS;
  }

  private static double or(
      String name, Map<String, Object> arguments, OptionalDouble model, double otherwise) {
    return arguments.get(name) == null ? model.orElse(otherwise) : number(name, arguments);
  }

  private static int integer(String name, Map<String, Object> arguments) {
    double number = number(name, arguments);
    if (Math.abs(number) > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "generation_kwargs: " + name + " is " + arguments.get(name) + ", which is too large");
    }
    return (int) number;
  }

  private static double number(String name, Map<String, Object> arguments) {
    Object value = arguments.get(name);
    if (value instanceof Long || value instanceof Double || value instanceof BigInteger) {
      return ((Number) value).doubleValue();
    }
    if (value instanceof Integer whole) {
      return whole;
    }
    if (value instanceof String text) {
      try {
        return Double.parseDouble(text.strip());
      } catch (NumberFormatException e) {
        // Reported below, as whatever else is no number.
      }
    }
    throw new IllegalArgumentException(
        "generation_kwargs: " + name + " is `" + value + "`; write a number");
  }

  private static boolean isTrue(Object value) {
    if (value instanceof Boolean truth) {
      return truth;
    }
    throw new IllegalArgumentException(
        "generation_kwargs: do_sample is `" + value + "`; write true or false");
  }

  /**
   * What counts of a generated text.
   *
   * @param thinkEnd after whose last occurrence an answer begins; empty for none
   */
  public static String cut(String generated, List<String> stops, String thinkEnd) {
    String text = generated;
    if (!thinkEnd.isEmpty()) {
      int last = text.lastIndexOf(thinkEnd);
      text = Whitespace.stripLeading(last < 0 ? text : text.substring(last + thinkEnd.length()));
    }
    for (String stop : stops) {
      int at = stop.isEmpty() ? -1 : text.indexOf(stop);
      text = at < 0 ? text : text.substring(0, at);
    }
    return text;
  }
}
