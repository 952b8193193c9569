package dev.espalier.jobs;

import dev.espalier.jobs.YamlTree.Located;
import dev.espalier.row.Problem;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the fields of one mapping of a job file. What is missing, of a wrong type or unknown goes
 * into the list of problems, and reading goes on with a stand-in, so that one pass finds
 * everything.
 */
final class Section {
  private static final Pattern BYTES = Pattern.compile("(\\d+)\\s*([KMGT]i?B|B)?");

  private final String path;
  private final String location;
  private final Map<String, Located> fields;
  private final List<Problem> problems;
  private final Set<String> known = new LinkedHashSet<>();

  Section(String path, Located at, List<Problem> problems) {
    this.path = path;
    this.location = at.location();
    this.fields = at.isMap() ? at.map() : Map.of();
    this.problems = problems;
  }

  /** The section {@code key}; a plain value there is the short form of its field {@code name}. */
  Section section(String key) {
    Located value = take(key);
    if (value == null || value.content() == null) {
      return new Section(name(key), new Located(Map.of(), location), problems);
    }
    if (value.isList()) {
      problem(value.location(), name(key) + " is a list", "write it as a mapping of fields");
      return new Section(name(key), new Located(Map.of(), location), problems);
    }
    if (!value.isMap()) {
      Located shorthand = new Located(new LinkedHashMap<>(Map.of("name", value)), value.location());
      return new Section(name(key), shorthand, problems);
    }
    return new Section(name(key), value, problems);
  }

  String required(String key, String example) {
    Optional<String> value = string(key);
    if (value.isEmpty()) {
      problem(location, name(key) + " is missing", "add `" + key + ": " + example + "`");
    }
    return value.orElse("");
  }

  Optional<String> string(String key) {
    Located value = scalar(key);
    return value == null ? Optional.empty() : Optional.of((String) value.content());
  }

  String oneOf(String key, String otherwise, String... allowed) {
    Located value = scalar(key);
    if (value == null) {
      return otherwise;
    }
    if (!List.of(allowed).contains(value.content())) {
      problem(
          value.location(),
          name(key) + " is `" + value.content() + "`",
          "choose one of " + String.join(", ", allowed));
      return otherwise;
    }
    return (String) value.content();
  }

  boolean flag(String key, boolean otherwise) {
    return oneOf(key, Boolean.toString(otherwise), "true", "false").equals("true");
  }

  long integer(String key, long otherwise, long least, long most) {
    Located value = scalar(key);
    if (value == null) {
      return otherwise;
    }
    try {
      long number = Long.parseLong((String) value.content());
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Reported below, as a number out of range is.
    }
    problem(
        value.location(),
        name(key) + " is `" + value.content() + "`",
        "write a whole number from " + least + " to " + most);
    return otherwise;
  }

  /** A number of bytes, such as {@code 512MiB}, {@code 2GB} or {@code 1048576}. */
  long bytes(String key, long otherwise) {
    Located value = scalar(key);
    if (value == null) {
      return otherwise;
    }
    Matcher matcher = BYTES.matcher((String) value.content());
    if (matcher.matches()) {
      String unit = Optional.ofNullable(matcher.group(2)).orElse("B");
      long base = unit.contains("i") ? 1024 : 1000;
      int power = "BKMGT".indexOf(unit.charAt(0));
      try {
        long factor = 1;
        for (int i = 0; i < power; i++) {
          factor *= base;
        }
        return Math.multiplyExact(Long.parseLong(matcher.group(1)), factor);
      } catch (ArithmeticException | NumberFormatException e) {
        // Too large for any machine; reported below.
      }
    }
    problem(
        value.location(),
        name(key) + " is `" + value.content() + "`",
        "write a size such as 512MiB, 2GB or 1048576");
    return otherwise;
  }

  /** A fraction in [0, 1], written {@code 0.001} or {@code 0.1%}. */
  double fraction(String key, double otherwise) {
    Located value = scalar(key);
    if (value == null) {
      return otherwise;
    }
    String text = ((String) value.content()).strip();
    try {
      double number =
          text.endsWith("%")
              ? new BigDecimal(text.substring(0, text.length() - 1)).movePointLeft(2).doubleValue()
              : Double.parseDouble(text);
      if (number >= 0 && number <= 1) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Reported below, as a fraction out of range is.
    }
    problem(
        value.location(),
        name(key) + " is `" + text + "`",
        "write a fraction from 0 to 1, such as 0.001 or 0.1%");
    return otherwise;
  }

  /** A list of values, or a single one. */
  List<String> oneOrMore(String key) {
    Located value = take(key);
    return value != null && value.content() instanceof String one ? List.of(one) : strings(key);
  }

  List<String> strings(String key) {
    Located value = take(key);
    if (value == null || value.content() == null) {
      return List.of();
    }
    if (value.isList() && value.list().stream().allMatch(v -> v.content() instanceof String)) {
      return value.list().stream().map(v -> (String) v.content()).toList();
    }
    problem(value.location(), name(key) + " is " + value.kind(), "write a list: [a, b]");
    return List.of();
  }

  /** Where {@code key} stands, or the section if it does not. */
  String locationOf(String key) {
    Located value = fields.get(key);
    return value == null ? location : value.location();
  }

  /** Reports the fields that nothing asked for. Call last. */
  void reportUnknown() {
    for (Map.Entry<String, Located> field : fields.entrySet()) {
      if (!known.contains(field.getKey())) {
        problem(
            field.getValue().location(),
            "unknown field " + name(field.getKey()),
            "known here: " + String.join(", ", known) + nearest(field.getKey()));
      }
    }
  }

  private String nearest(String typo) {
    String best = null;
    int least = 3;
    for (String candidate : known) {
      int distance = distance(typo.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
      if (distance < least) {
        least = distance;
        best = candidate;
      }
    }
    return best == null ? "" : "; did you mean " + best + "?";
  }

  /** Levenshtein's edit distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }

  private Located scalar(String key) {
    Located value = take(key);
    if (value == null || value.content() == null) {
      return null;
    }
    if (!(value.content() instanceof String)) {
      problem(value.location(), name(key) + " is " + value.kind(), "write a single value");
      return null;
    }
    return value;
  }

  private Located take(String key) {
    known.add(key);
    return fields.get(key);
  }

  private String name(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private void problem(String where, String message, String remedy) {
    problems.add(new Problem(where, message, remedy));
  }
}
