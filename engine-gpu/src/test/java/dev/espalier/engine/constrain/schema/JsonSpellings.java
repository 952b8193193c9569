package dev.espalier.engine.constrain.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes a JSON value in the form of {@link SchemaCompiler}: no white space, numbers in plain
 * digits, shortest escapes. Since only the schema knows the order of members, in all their orders.
 */
final class JsonSpellings {
  private static final int MAX_SPELLINGS = 50_000;

  private JsonSpellings() {}

  static List<String> of(JsonNode value) {
    if (value.isArray()) {
      List<List<String>> parts = new ArrayList<>();
      value.forEach(element -> parts.add(of(element)));
      return combine("[", parts, "]");
    }
    if (value.isObject()) {
      List<Map.Entry<String, JsonNode>> members = new ArrayList<>();
      value.fields().forEachRemaining(members::add);
      List<String> all = new ArrayList<>();
      for (List<Map.Entry<String, JsonNode>> order : orders(members)) {
        List<List<String>> parts = new ArrayList<>();
        for (Map.Entry<String, JsonNode> member : order) {
          String key = quoted(member.getKey()) + ":";
          parts.add(of(member.getValue()).stream().map(text -> key + text).toList());
        }
        all.addAll(combine("{", parts, "}"));
      }
      return all;
    }
    if (value.isNumber()) {
      BigDecimal number = value.decimalValue();
      return List.of(number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString());
    }
    return List.of(value.isTextual() ? quoted(value.textValue()) : value.toString());
  }

  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      quoted.append(
          switch (c) {
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            case '\b' -> "\\b";
            case '\f' -> "\\f";
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> c < 0x20 ? "\\u%04x".formatted((int) c) : Character.toString(c);
          });
    }
    return "\"" + quoted + "\"";
  }

  private static List<String> combine(String open, List<List<String>> parts, String close) {
    List<String> texts = List.of(open);
    for (int i = 0; i < parts.size(); i++) {
      String separator = i == 0 ? "" : ",";
      List<String> longer = new ArrayList<>();
      for (String text : texts) {
        for (String part : parts.get(i)) {
          longer.add(text + separator + part);
        }
      }
      if (longer.size() > MAX_SPELLINGS) {
        throw new IllegalArgumentException("too many orders of members");
      }
      texts = longer;
    }
    return texts.stream().map(text -> text + close).toList();
  }

  private static <T> List<List<T>> orders(List<T> items) {
    if (items.isEmpty()) {
      return List.of(List.of());
    }
    List<List<T>> all = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      List<T> others = new ArrayList<>(items);
      T first = others.remove(i);
      for (List<T> order : orders(others)) {
        List<T> whole = new ArrayList<>(List.of(first));
        whole.addAll(order);
        all.add(whole);
      }
    }
    return all;
  }
}
