package dev.espalier.program.source;

import dev.espalier.yaml.NearestName;
import dev.espalier.yaml.YamlMapping;
import dev.espalier.yaml.YamlNode;
import dev.espalier.yaml.YamlPlace;
import dev.espalier.yaml.YamlScalar;
import dev.espalier.yaml.YamlSchema;
import dev.espalier.yaml.YamlSequence;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads the fields of one mapping. What is missing, of a wrong kind or unknown becomes a problem,
 * and reading goes on with a stand-in.
 */
final class YamlFields {
  private static final Pattern NOT_ZERO = Pattern.compile("^[-+0.]*[1-9]");

  private final String what;
  private final YamlMapping at;
  private final Problems problems;
  private final Map<String, YamlMapping.Entry> fields;
  private final Set<String> known = new LinkedHashSet<>();

  /**
   * @param what the mapping is, for messages
   */
  YamlFields(String what, YamlMapping mapping, Problems problems) {
    this.what = what;
    this.at = mapping;
    this.problems = problems;
    this.fields = mapping.entries();
  }

  void problem(YamlPlace place, String message, String remedy) {
    problems.add(place, message, remedy);
  }

  void problem(YamlNode node, String message, String remedy) {
    problems.add(node.place(), message, remedy);
  }

  YamlPlace place() {
    return at.place();
  }

  /** Where the name of a field stands that is there. */
  YamlPlace placeOf(String key) {
    return fields.get(key).key().place();
  }

  Set<String> keys() {
    return fields.keySet();
  }

  Optional<YamlNode> node(String key) {
    known.add(key);
    return Optional.ofNullable(fields.get(key)).map(YamlMapping.Entry::value);
  }

  Optional<YamlNode> required(String key, String example) {
    Optional<YamlNode> node = node(key);
    if (node.isEmpty()) {
      problem(at, what + " has no `" + key + "`", "add `" + key + ": " + example + "`");
    }
    return node;
  }

  /** A scalar that is not null, of whatever type, as written. */
  Optional<String> text(String key) {
    return scalar(key).map(YamlScalar::text);
  }

  Optional<String> text(String key, YamlNode node) {
    return scalar(key, node).map(YamlScalar::text);
  }

  /** A scalar that is not null; empty with a problem for what is none. */
  Optional<YamlScalar> scalar(String key) {
    return node(key).flatMap(node -> scalar(key, node));
  }

  Optional<YamlScalar> scalar(String key, YamlNode node) {
    if (node instanceof YamlScalar scalar && !scalar.isNull()) {
      return Optional.of(scalar);
    }
    problem(
        node,
        "`" + key + "` is no text but " + node.kind(),
        "write a text after `"
            + key
            + ":`; put quotes around one that begins with {, [ or is null");
    return Optional.empty();
  }

  /** One that is no text, so that nothing but a scalar is asked for. */
  private Optional<YamlScalar> scalar(String key, String remedy) {
    Optional<YamlNode> node = node(key);
    if (node.isEmpty()) {
      return Optional.empty();
    }
    if (node.get() instanceof YamlScalar scalar && !scalar.isNull()) {
      return Optional.of(scalar);
    }
    problem(node.get(), "`" + key + "` is " + node.get().kind(), remedy);
    return Optional.empty();
  }

  /** A whole number that fits 32 bits. */
  Optional<Integer> integer(String key) {
    Optional<YamlScalar> scalar = scalar(key, "write a whole number, such as 1");
    if (scalar.isEmpty()) {
      return Optional.empty();
    }
    if (value(scalar.get()) instanceof Long number && number == number.intValue()) {
      return Optional.of(number.intValue());
    }
    problem(
        scalar.get(), "`" + key + "` is no integer of 32 bits", "write a whole number, such as 1");
    return Optional.empty();
  }

  /** A finite number. */
  Optional<Double> number(String key) {
    Optional<YamlScalar> scalar = scalar(key, "write a number, such as 0.7");
    if (scalar.isEmpty()) {
      return Optional.empty();
    }
    OptionalDouble number = finite(scalar.get());
    if (number.isPresent()) {
      return Optional.of(number.getAsDouble());
    }
    problem(scalar.get(), "`" + key + "` is not a number", "write a number, such as 0.7");
    return Optional.empty();
  }

  /** The number that a scalar is, empty if 64 bits make an infinity or a 0 of it that it is not. */
  static OptionalDouble finite(YamlScalar scalar) {
    if (!(value(scalar) instanceof Number number) || !Double.isFinite(number.doubleValue())) {
      return OptionalDouble.empty();
    }
    boolean lost =
        number.doubleValue() == 0
            && !(number instanceof Long)
            && NOT_ZERO.matcher(scalar.text()).find();
    return lost ? OptionalDouble.empty() : OptionalDouble.of(number.doubleValue());
  }

  /** What a scalar would be without quotes. */
  static Object value(YamlScalar scalar) {
    try {
      return YamlSchema.CORE.plain(scalar.text());
    } catch (IllegalArgumentException e) {
      return scalar.text();
    }
  }

  Optional<Boolean> flag(String key) {
    Optional<YamlScalar> scalar = scalar(key, "write true or false");
    if (scalar.isEmpty()) {
      return Optional.empty();
    }
    if (value(scalar.get()) instanceof Boolean flag) {
      return Optional.of(flag);
    }
    problem(scalar.get(), "`" + key + "` is neither true nor false", "write one of them");
    return Optional.empty();
  }

  /** Texts: one alone, or a list of them. */
  Optional<List<String>> texts(String key) {
    return scalars(key).map(texts -> texts.stream().map(YamlScalar::text).toList());
  }

  Optional<List<YamlScalar>> scalars(String key) {
    Optional<YamlNode> node = node(key);
    if (node.isPresent() && node.get() instanceof YamlSequence list) {
      List<YamlScalar> texts = new ArrayList<>();
      list.items().forEach(item -> scalar(key, item).ifPresent(texts::add));
      return Optional.of(texts);
    }
    return node.flatMap(one -> scalar(key, one)).map(List::of);
  }

  /** Reports the fields that nobody asked for. */
  void reportUnknown() {
    fields.forEach(
        (name, entry) -> {
          if (!known.contains(name)) {
            problem(
                entry.key(),
                what + " has no field `" + name + "`",
                NearestName.of(name, known).map(near -> "did you mean " + near + "? ").orElse("")
                    + "use "
                    + String.join(", ", known));
          }
        });
  }
}
