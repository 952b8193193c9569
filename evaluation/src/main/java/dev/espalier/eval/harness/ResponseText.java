package dev.espalier.eval.harness;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.eval.OutputType;
import dev.espalier.eval.Response;
import dev.espalier.jinja.PythonText;
import java.util.ArrayList;
import java.util.List;

/** Responses as the harness writes them: Python's {@code str} of each value. */
final class ResponseText {
  private ResponseText() {}

  /** Nested texts, as {@code resps} and {@code filtered_resps} have them. */
  static Object of(Object value) {
    if (value instanceof Response.Loglikelihood choice) {
      return List.of(PythonText.str(choice.sum()), PythonText.str(choice.greedy()));
    }
    if (value instanceof Response.RollingLoglikelihood rolling) {
      return PythonText.str(rolling.sum());
    }
    if (value instanceof Response.Text text) {
      return text.text();
    }
    if (value instanceof List<?> list) {
      List<Object> texts = new ArrayList<>();
      list.forEach(each -> texts.add(of(each)));
      return texts;
    }
    return PythonText.str(value);
  }

  /**
   * Reads the answers of all repeats to one request.
   *
   * @throws IllegalArgumentException if they are not of this type
   */
  static List<Response> read(JsonNode repeats, OutputType type) {
    List<Response> responses = new ArrayList<>();
    if (!repeats.isArray() || repeats.isEmpty()) {
      throw new IllegalArgumentException("the answers to a request must be a list, one a repeat");
    }
    for (JsonNode repeat : repeats) {
      responses.add(
          switch (type) {
            case MULTIPLE_CHOICE, LOGLIKELIHOOD -> choice(repeat);
            case LOGLIKELIHOOD_ROLLING ->
                new Response.RollingLoglikelihood(
                    number(repeat.isArray() ? repeat.path(0) : repeat));
            case GENERATE_UNTIL -> text(repeat);
          });
    }
    return responses;
  }

  private static Response choice(JsonNode repeat) {
    if (!repeat.isArray() || repeat.size() != 2) {
      throw new IllegalArgumentException(
          "a log-probability must be a pair of it and whether it is greedy, not " + repeat);
    }
    JsonNode greedy = repeat.get(1);
    String word = greedy.asText();
    if (!word.equalsIgnoreCase("true") && !word.equalsIgnoreCase("false")) {
      throw new IllegalArgumentException(
          "whether an answer is greedy is True or False, not " + word);
    }
    return new Response.Loglikelihood(number(repeat.get(0)), word.equalsIgnoreCase("true"));
  }

  private static Response text(JsonNode repeat) {
    if (!repeat.isTextual()) {
      throw new IllegalArgumentException("a generated answer must be a text, not " + repeat);
    }
    return new Response.Text(repeat.textValue());
  }

  /** A float as JSON or Python writes it. */
  private static double number(JsonNode node) {
    if (node.isNumber()) {
      return node.doubleValue();
    }
    return switch (node.asText()) {
      case "inf", "Infinity" -> Double.POSITIVE_INFINITY;
      case "-inf", "-Infinity" -> Double.NEGATIVE_INFINITY;
      case "nan", "NaN" -> Double.NaN;
      default -> parsed(node.asText());
    };
  }

  private static double parsed(String text) {
    if (!text.matches("[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?")) {
      throw new IllegalArgumentException("a log-probability must be a number, not `" + text + "`");
    }
    return Double.parseDouble(text);
  }
}
