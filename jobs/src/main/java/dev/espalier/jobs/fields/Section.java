package dev.espalier.jobs.fields;

import dev.espalier.jinja.JinjaException;
import dev.espalier.row.Problem;
import dev.espalier.yaml.NearestName;
import dev.espalier.yaml.YamlMapping;
import dev.espalier.yaml.YamlNode;
import dev.espalier.yaml.YamlPlace;
import dev.espalier.yaml.YamlScalar;
import dev.espalier.yaml.YamlSchema;
import dev.espalier.yaml.YamlSequence;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the fields of one mapping of a job file or a schedule. What is missing, of a wrong type or
 * unknown goes into the list of problems, and reading goes on with a stand-in, so that one pass
 * finds everything.
 */
public final class Section {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)");
  private static final Pattern BYTES = Pattern.compile("(\\d+)\\s*([KMGT]i?B|B)?");

  private final String path;
  private final YamlPlace place;
  private final Map<String, YamlMapping.Entry> fields;
  private final JobVariables variables;
  private final List<Problem> problems;
  private final Set<String> known = new LinkedHashSet<>();

  /**
   * @param path of the section's name, empty for the file
   * @param place where it stands
   */
  public Section(String path, YamlMapping mapping, YamlPlace place, List<Problem> problems) {
    this(path, mapping, place, JobVariables.now(), problems);
  }

  /**
   * The same where paths have variables.
   *
   * @param variables what paths mean by {@code {{ … }}}
   */
  public Section(
      String path,
      YamlMapping mapping,
      YamlPlace place,
      JobVariables variables,
      List<Problem> problems) {
    this.path = path;
    this.place = place;
    this.fields = mapping.entries();
    this.variables = variables;
    this.problems = problems;
  }

  /** The section {@code key}; one without fields if it is not there. */
  public Section section(String key) {
    Optional<YamlNode> value = take(key);
    YamlPlace at = placeOf(key);
    if (value.isPresent() && value.get() instanceof YamlMapping mapping) {
      return new Section(name(key), mapping, at, variables, problems);
    }
    if (value.isEmpty() || isNull(value.get())) {
      return sectionOf(key, Map.of(), problems);
    }
    problem(at, name(key) + " is " + value.get().kind(), "write it as a mapping of fields");
    return sectionOf(key, Map.of(), new ArrayList<>()); // that it lacks fields is said with that
  }

  /** The section {@code key}; a plain value there is the short form of its field {@code name}. */
  public Section sectionOrName(String key) {
    YamlMapping.Entry entry = fields.get(key);
    if (entry == null || !(entry.value() instanceof YamlScalar scalar) || scalar.isNull()) {
      return section(key);
    }
    known.add(key);
    YamlScalar name = YamlScalar.of("name", placeOf(key));
    return sectionOf(key, Map.of("name", new YamlMapping.Entry(name, scalar)), problems);
  }

  private Section sectionOf(
      String key, Map<String, YamlMapping.Entry> entries, List<Problem> problems) {
    YamlPlace at = placeOf(key);
    return new Section(
        name(key), new YamlMapping(entries, Optional.empty(), at), at, variables, problems);
  }

  public String required(String key, String example) {
    Optional<String> value = string(key);
    boolean isThere = fields.containsKey(key) && !isNull(fields.get(key).value());
    if (value.isEmpty() && !isThere) {
      problem(place, name(key) + " is missing", "add `" + key + ": " + example + "`");
    }
    return value.orElse("");
  }

  /**
   * A path with its variables filled in that is not resolved yet; empty if it is missing or cannot
   * be one.
   */
  public String path(String key, String example) {
    String text = filled(key, required(key, example));
    if (text.indexOf('\0') >= 0) {
      problem(placeOf(key), name(key) + " holds U+0000, which no path can", "remove it");
      return "";
    }
    if (text.startsWith("~/")) {
      problem(
          placeOf(key),
          name(key) + " is `" + text + "`, and only a shell knows what ~ is",
          "write the whole path, or ./" + text + " for a directory of that name");
      return "";
    }
    return text;
  }

  private String filled(String key, String text) {
    try {
      return variables.fill(text);
    } catch (JinjaException e) {
      problem(
          placeOf(key),
          name(key) + " is `" + text + "`: " + e.reason(),
          "names in paths are at, date, yesterday, year, month, day, hour, minute, and vars.NAME of"
              + " this file");
      return "";
    }
  }

  /** The single values of the section {@code key} by their names; none if it is not there. */
  public Map<String, Object> values(String key) {
    Section section = section(key);
    Map<String, Object> values = new LinkedHashMap<>();
    section.fields.forEach(
        (name, entry) -> section.scalar(name).ifPresent(scalar -> values.put(name, scalar.text())));
    return values;
  }

  public Optional<String> string(String key) {
    return scalar(key).map(YamlScalar::text);
  }

  public String oneOf(String key, String otherwise, String... allowed) {
    Optional<String> value = string(key);
    if (value.isPresent() && !List.of(allowed).contains(value.get())) {
      problem(
          placeOf(key),
          name(key) + " is `" + value.get() + "`",
          "choose one of "
              + String.join(", ", allowed)
              + NearestName.hint("; ", value.get(), List.of(allowed)));
      return otherwise;
    }
    return value.orElse(otherwise);
  }

  public boolean flag(String key, boolean otherwise) {
    Optional<String> value = string(key);
    if (value.isEmpty()) {
      return otherwise;
    }
    if (YamlSchema.CORE.plain(value.get()) instanceof Boolean flag) {
      return flag;
    }
    problem(placeOf(key), name(key) + " is `" + value.get() + "`", "choose one of true, false");
    return otherwise;
  }

  public long integer(String key, long otherwise, long least, long most) {
    Optional<String> value = string(key);
    if (value.isEmpty()) {
      return otherwise;
    }
    if (YamlSchema.CORE.plain(value.get()) instanceof Long number
        && number >= least
        && number <= most) {
      return number;
    }
    problem(
        placeOf(key),
        name(key) + " is `" + value.get() + "`",
        "write a whole number from " + least + " to " + most);
    return otherwise;
  }

  /** A number of bytes, such as {@code 512MiB}, {@code 2GB} or {@code 1048576}. */
  public long bytes(String key, long otherwise) {
    Optional<String> value = string(key);
    if (value.isEmpty()) {
      return otherwise;
    }
    Matcher matcher = BYTES.matcher(value.get());
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
        placeOf(key),
        name(key) + " is `" + value.get() + "`",
        "write a size such as 512MiB, 2GB or 1048576");
    return otherwise;
  }

  /** A fraction in [0, 1], written {@code 0.001} or {@code 0.1%}. */
  public double fraction(String key, double otherwise) {
    Optional<String> value = string(key);
    if (value.isEmpty()) {
      return otherwise;
    }
    String text = value.get().strip();
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
        placeOf(key),
        name(key) + " is `" + text + "`",
        "write a fraction from 0 to 1, such as 0.001 or 0.1%");
    return otherwise;
  }

  /** A time such as {@code 500ms}, {@code 90s}, {@code 10m}, {@code 2h} or {@code 7d}. */
  public Duration duration(String key, Duration otherwise) {
    Optional<String> value = string(key);
    if (value.isEmpty()) {
      return otherwise;
    }
    Matcher matcher = DURATION.matcher(value.get());
    if (matcher.matches()) {
      long number = Long.parseLong(matcher.group(1));
      return switch (matcher.group(2)) {
        case "ms" -> Duration.ofMillis(number);
        case "s" -> Duration.ofSeconds(number);
        case "m" -> Duration.ofMinutes(number);
        case "h" -> Duration.ofHours(number);
        default -> Duration.ofDays(number);
      };
    }
    problem(
        placeOf(key),
        name(key) + " is `" + value.get() + "`",
        "write a time such as 500ms, 90s, 10m, 2h or 7d");
    return otherwise;
  }

  /** The names of all fields that are there, in their order; each has to be asked for by name. */
  public List<String> names() {
    return List.copyOf(fields.keySet());
  }

  /** The mappings of the list {@code key}. */
  public List<Section> sections(String key) {
    Optional<YamlNode> value = take(key);
    if (value.isEmpty() || isNull(value.get())) {
      return List.of();
    }
    if (!(value.get() instanceof YamlSequence list)) {
      problem(placeOf(key), name(key) + " is " + value.get().kind(), "write a list of mappings");
      return List.of();
    }
    List<Section> sections = new ArrayList<>();
    for (int i = 0; i < list.items().size(); i++) {
      YamlNode item = list.items().get(i);
      String name = name(key) + "[" + (i + 1) + "]";
      if (item instanceof YamlMapping mapping) {
        sections.add(new Section(name, mapping, item.place(), variables, problems));
      } else {
        problem(item.place(), name + " is " + item.kind(), "write it as a mapping of fields");
      }
    }
    return sections;
  }

  /** Whether a field has a value. */
  public boolean has(String key) {
    known.add(key);
    return fields.containsKey(key) && !isNull(fields.get(key).value());
  }

  /** The single values of the section {@code key} by their names, each as YAML again. */
  public Map<String, String> yamlValues(String key) {
    Section section = section(key);
    Map<String, String> values = new LinkedHashMap<>();
    section.fields.forEach(
        (name, entry) -> section.scalar(name).ifPresent(scalar -> values.put(name, yaml(scalar))));
    return values;
  }

  private static String yaml(YamlScalar scalar) {
    String text = scalar.text();
    boolean isPlain =
        text.matches("[\\w./:+-]+") && text.equals(YamlSchema.CORE.plain(text)) == scalar.isText();
    return isPlain ? text : "'" + text.replace("'", "''") + "'";
  }

  /** A list of values, or a single one. */
  public List<String> oneOrMore(String key) {
    Optional<YamlNode> value = take(key);
    return value.isPresent() && value.get() instanceof YamlScalar one && !one.isNull()
        ? List.of(one.text())
        : strings(key);
  }

  public List<String> strings(String key) {
    Optional<YamlNode> value = take(key);
    if (value.isEmpty() || isNull(value.get())) {
      return List.of();
    }
    if (!(value.get() instanceof YamlSequence list)) {
      problem(placeOf(key), name(key) + " is " + value.get().kind(), "write a list: [a, b]");
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < list.items().size(); i++) {
      YamlNode item = list.items().get(i);
      if (item instanceof YamlScalar scalar && !scalar.isNull()) {
        texts.add(scalar.text());
      } else {
        problem(
            item.place(),
            "item " + (i + 1) + " of " + name(key) + " is " + item.kind(),
            "write a text, or leave the item out");
      }
    }
    return texts;
  }

  /** Where each text of a list stands; of one that is there twice, the last. */
  public Map<String, String> itemLocations(String key) {
    Map<String, String> locations = new HashMap<>();
    if (fields.containsKey(key) && fields.get(key).value() instanceof YamlSequence list) {
      for (YamlNode item : list.items()) {
        if (item instanceof YamlScalar scalar) {
          locations.put(scalar.text(), scalar.place().toString());
        }
      }
    }
    return locations;
  }

  /** Where {@code key} stands, or the section if it does not. */
  public String locationOf(String key) {
    return placeOf(key).toString();
  }

  private YamlPlace placeOf(String key) {
    YamlMapping.Entry field = fields.get(key);
    return field == null ? place : field.key().place();
  }

  /** Reports the fields that nothing asked for. Call last. */
  public void reportUnknown() {
    for (Map.Entry<String, YamlMapping.Entry> field : fields.entrySet()) {
      if (!known.contains(field.getKey())) {
        problem(
            field.getValue().key().place(),
            "unknown field " + name(field.getKey()),
            "known here: "
                + String.join(", ", known)
                + NearestName.hint("; ", field.getKey(), known));
      }
    }
  }

  private Optional<YamlScalar> scalar(String key) {
    Optional<YamlNode> value = take(key);
    if (value.isEmpty() || isNull(value.get())) {
      return Optional.empty();
    }
    if (value.get() instanceof YamlScalar scalar) {
      return Optional.of(scalar);
    }
    problem(placeOf(key), name(key) + " is " + value.get().kind(), "write a single value");
    return Optional.empty();
  }

  private static boolean isNull(YamlNode value) {
    return value instanceof YamlScalar scalar && scalar.isNull();
  }

  private Optional<YamlNode> take(String key) {
    known.add(key);
    return Optional.ofNullable(fields.get(key)).map(YamlMapping.Entry::value);
  }

  private String name(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /** Reports what only the reader of the field can know. */
  public void problem(String key, String message, String remedy) {
    problem(placeOf(key), message, remedy);
  }

  private void problem(YamlPlace where, String message, String remedy) {
    problems.add(new Problem(where.toString(), message, remedy));
  }
}
