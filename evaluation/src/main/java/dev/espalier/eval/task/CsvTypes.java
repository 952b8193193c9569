package dev.espalier.eval.task;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Gives columns of CSV the types that pandas infers: whole numbers, floats, truth values or texts;
 * what it takes for missing is null.
 */
final class CsvTypes {
  private static final Set<String> MISSING =
      Set.of(
          "",
          "#N/A",
          "#N/A N/A",
          "#NA",
          "-1.#IND",
          "-1.#QNAN",
          "-NaN",
          "-nan",
          "1.#IND",
          "1.#QNAN",
          "<NA>",
          "N/A",
          "NA",
          "NULL",
          "NaN",
          "None",
          "n/a",
          "nan",
          "null");

  private static final Pattern WHOLE = Pattern.compile("\\s*[-+]?[0-9]+\\s*");
  private static final Pattern FLOAT =
      Pattern.compile(
          "\\s*[-+]?(?:(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
              + "|(?i:inf|infinity))\\s*");
  private static final Set<String> TRUTHS = Set.of("True", "TRUE", "true");
  private static final Set<String> FALSEHOODS = Set.of("False", "FALSE", "false");

  private CsvTypes() {}

  static List<Map<String, Object>> inferred(List<Map<String, Object>> rows) {
    if (rows.isEmpty()) {
      return rows;
    }
    List<Map<String, Object>> inferred = new ArrayList<>();
    rows.forEach(row -> inferred.add(new LinkedHashMap<>(row)));
    for (String column : rows.get(0).keySet()) {
      Function<String, Object> type = type(rows, column);
      for (Map<String, Object> row : inferred) {
        String text = (String) row.get(column);
        row.put(column, text == null || MISSING.contains(text) ? null : type.apply(text));
      }
    }
    return inferred;
  }

  private static Function<String, Object> type(List<Map<String, Object>> rows, String column) {
    boolean whole = true;
    boolean floating = true;
    boolean truth = true;
    boolean complete = true;
    for (Map<String, Object> row : rows) {
      String text = (String) row.get(column);
      if (text == null || MISSING.contains(text)) {
        complete = false;
        continue;
      }
      whole &= WHOLE.matcher(text).matches() && fits(text);
      floating &= FLOAT.matcher(text).matches();
      truth &= TRUTHS.contains(text) || FALSEHOODS.contains(text);
    }
    if (whole && complete) {
      return text -> Long.valueOf(unsigned(text));
    } else if (floating) {
      return CsvTypes::floating;
    } else if (truth) {
      return text -> TRUTHS.contains(text);
    }
    return text -> text;
  }

  private static String unsigned(String text) {
    String plain = text.strip();
    return plain.startsWith("+") ? plain.substring(1) : plain;
  }

  private static boolean fits(String text) {
    return new BigInteger(unsigned(text)).bitLength() < Long.SIZE;
  }

  private static Object floating(String text) {
    String plain = text.strip();
    if (plain.toLowerCase(java.util.Locale.ROOT).contains("inf")) {
      return plain.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    return Double.valueOf(plain);
  }
}
