package dev.espalier.jinja;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Compares what Jinja2 made of templates and expressions with what is made of them here; see {@code
 * jinja_outcomes.py}.
 */
final class JinjaOutcomes {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
          .build();

  private static final Map<String, TemplateSettings> SETTINGS =
      Map.of(
          "PROGRAM", TemplateSettings.PROGRAM,
          "CHAT", TemplateSettings.CHAT,
          "TASK", TemplateSettings.TASK);

  static Map<String, Object> variables(JsonNode variables) {
    return JSON.convertValue(variables, new TypeReference<>() {});
  }

  /** How the two outcomes differ; empty if they are the same. */
  static String difference(JsonNode expected, Map<String, Object> variables) {
    TemplateSettings settings = SETTINGS.get(expected.path("setting").asText());
    String wanted =
        expected.has("error")
            ? "error " + expected.path("error").asText()
            : expected.has("text")
                ? "text " + expected.path("text").asText()
                : "value " + expected.path("value").asText();
    String made = outcome(expected, settings, variables);
    boolean areSame = made.equals(wanted) || isNamedHere(wanted, made);
    return areSame ? "" : expected + "\n  here   " + made;
  }

  /** Python's TypeError of an undefined value names its class; here the variable is named. */
  private static boolean isNamedHere(String wanted, String made) {
    return wanted.equals("error VALUE")
        && (made.startsWith("error UNDEFINED") || made.startsWith("error FORBIDDEN"));
  }

  private static String outcome(
      JsonNode expected, TemplateSettings settings, Map<String, Object> variables) {
    try {
      if (expected.has("template")) {
        String source = expected.path("template").asText();
        return "text " + JinjaTemplate.compile(source, settings).render(Variables.of(variables));
      }
      String source = expected.path("expression").asText();
      Object value = JinjaExpression.compile(source, settings).evaluate(Variables.of(variables));
      return "value " + encoded(value);
    } catch (JinjaException e) {
      return "error " + e.kind() + (expected.has("error") ? "" : " " + e.getMessage());
    } catch (RuntimeException | StackOverflowError e) {
      return "broken " + e + " " + List.of(e.getStackTrace()).subList(0, 3);
    }
  }

  /** A value as a text that keeps its type, as {@code jinja_outcomes.py} writes it. */
  static String encoded(Object value) {
    if (value == null || value instanceof Boolean) {
      return String.valueOf(value);
    }
    if (value instanceof Long || value instanceof BigInteger) {
      return "i" + value;
    }
    if (value instanceof Double number) {
      return "f" + Numbers.text(number.doubleValue());
    }
    if (value instanceof String text) {
      return quoted(text);
    }
    List<String> parts = new ArrayList<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, item) -> parts.add(encoded(key) + ":" + encoded(item)));
      return "{" + String.join(",", parts) + "}";
    }
    ((List<?>) value).forEach(item -> parts.add(encoded(item)));
    return "[" + String.join(",", parts) + "]";
  }

  private static String quoted(String text) {
    try {
      StringBuilder lower = new StringBuilder();
      String json = JSON.writeValueAsString(text);
      // Jackson writes hexadecimal digits in upper case.
      for (int i = 0; i < json.length(); i++) {
        if (json.charAt(i) == '\\' && json.charAt(i + 1) == 'u') {
          lower.append(json.substring(i, i + 6).toLowerCase(java.util.Locale.ROOT));
          i += 5;
        } else if (json.charAt(i) == '\\') {
          lower.append(json, i, i + 2);
          i++;
        } else if (json.charAt(i) == 0x7F) {
          lower.append("\\u007f"); // not written so by Jackson
        } else {
          lower.append(json.charAt(i));
        }
      }
      return lower.toString();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private final List<String> differences = new ArrayList<>();
  private final Map<String, Integer> counts = new TreeMap<>();
  private int cases;

  /** Those that were found, the first of them in full. */
  List<String> differences() {
    return differences;
  }

  int cases() {
    return cases;
  }

  /** Reads cases, one a line, as {@code jinja_fuzz.py} writes them. */
  void compare(BufferedReader lines) throws IOException {
    JsonNode variables = JSON.createObjectNode();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      JsonNode node = JSON.readTree(line);
      if (node.has("variables")) {
        variables = node.path("variables");
        continue;
      }
      cases++;
      String outcome = node.path("error").asText("right");
      counts.merge(node.path("setting").asText() + " " + outcome, 1, Integer::sum);
      String difference = difference(node, variables(variables));
      if (!difference.isEmpty()) {
        boolean isShown = differences.size() < 50;
        differences.add(isShown ? difference + "\n  with   " + variables : "");
      }
    }
  }

  /** Reads cases from standard input and prints those that differ. */
  public static void main(String[] args) throws IOException {
    JinjaOutcomes outcomes = new JinjaOutcomes();
    outcomes.compare(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)));
    outcomes.differences.stream().filter(text -> !text.isEmpty()).forEach(System.out::println);
    System.out.println(
        outcomes.cases
            + " cases, "
            + outcomes.differences.size()
            + " differences, outcomes "
            + outcomes.counts);
  }
}
