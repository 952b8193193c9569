package dev.espalier.engine.family;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.JsonReason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads fields of config.json and collects what is wrong with them, so that all problems are
 * reported together by {@link #check}, each with its line and column. A field that is absent has
 * the value that the family gives it; one that is null has another one or is a problem, as its
 * method says. A wrong field reads as some legal value; nothing may be built from it before {@link
 * #check}.
 */
final class ConfigReader {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String file;
  private final String prefix;
  private final JsonNode json;
  private final JsonPlaces places;
  private final List<String> problems;

  private ConfigReader(
      String file, String prefix, JsonNode json, JsonPlaces places, List<String> problems) {
    this.file = file;
    this.prefix = prefix;
    this.json = json;
    this.places = places;
    this.problems = problems;
  }

  /**
   * @param file named in messages
   * @param content of the file: a JSON object
   * @throws EngineException CHECKPOINT_INVALID if it is none
   */
  static ConfigReader of(String file, String content) {
    try {
      JsonNode json = JSON.readTree(content);
      if (!json.isObject()) {
        throw invalid(file + ": is no JSON object", null);
      }
      return new ConfigReader(file, "", json, new JsonPlaces(content), new ArrayList<>());
    } catch (JsonProcessingException e) {
      throw invalid(file + " is no JSON: " + JsonReason.of(e), e);
    } catch (IOException e) {
      throw new AssertionError("a text is read without input", e);
    }
  }

  private static EngineException invalid(String message, Throwable cause) {
    return new EngineException(ErrorCode.CHECKPOINT_INVALID, message, cause);
  }

  /** Whether the field is there and not null. */
  boolean has(String name) {
    return json.hasNonNull(name);
  }

  boolean isAbsent(String name) {
    return !json.has(name);
  }

  /** Whether the field is there and null. */
  boolean isNull(String name) {
    return !isAbsent(name) && !has(name);
  }

  /** The value of a field, or a missing node; for what the methods below do not read. */
  JsonNode value(String name) {
    return json.path(name);
  }

  /** The reader of an object in this one; problems are collected here. */
  ConfigReader object(String name) {
    JsonNode value = json.get(name);
    if (value == null || !value.isObject()) {
      mustBe(name, "an object");
      value = JsonNodeFactory.instance.objectNode();
    }
    return new ConfigReader(file, prefix + name + ".", value, places, problems);
  }

  /** The fields of this reader, and those of {@code other} that it does not have. */
  ConfigReader over(ConfigReader other) {
    ObjectNode both = other.json.deepCopy();
    both.setAll((ObjectNode) json);
    return new ConfigReader(file, prefix, both, places, problems);
  }

  /** A reader of no fields at all; problems are collected here. */
  ConfigReader none() {
    return new ConfigReader(file, prefix, JsonNodeFactory.instance.objectNode(), places, problems);
  }

  /**
   * A positive integer.
   *
   * @param most what is more is refused, before anything of that size is allocated
   */
  int size(String name, int absent, int most) {
    return isAbsent(name) ? absent : integer(name, 1, most);
  }

  /** As {@link #size}, with a value for null. */
  int sizeOrNull(String name, int absent, int ifNull, int most) {
    return isNull(name) ? ifNull : size(name, absent, most);
  }

  /** An integer from {@code least} to {@code most}. */
  int integer(String name, int least, int most) {
    JsonNode value = json.path(name);
    if (!value.isIntegralNumber()) {
      mustBe(name, least > 0 ? "a positive integer" : "an integer");
      return least;
    }
    if (!value.canConvertToInt() || value.intValue() < least || value.intValue() > most) {
      mustBe(
          name,
          value.canConvertToInt() && value.intValue() < least && least > 0
              ? "a positive integer"
              : "from " + least + " to " + most);
      return least;
    }
    return value.intValue();
  }

  double positiveNumber(String name) {
    if (isAbsent(name)) {
      problem(name, "is missing");
      return 1;
    }
    return positiveNumber(name, 1);
  }

  /** A positive number that float32 can hold; null is refused. */
  double positiveNumber(String name, double absent) {
    if (isAbsent(name)) {
      return absent;
    }
    JsonNode value = json.get(name);
    float narrow = (float) value.doubleValue();
    if (!value.isNumber() || !(narrow > 0) || Float.isInfinite(narrow)) {
      mustBe(name, "a positive number");
      return 1;
    }
    return value.doubleValue();
  }

  /** True or false; null is refused. */
  boolean flag(String name, boolean absent) {
    if (isAbsent(name)) {
      return absent;
    }
    JsonNode value = json.get(name);
    if (!value.isBoolean()) {
      mustBe(name, "true or false");
    }
    return value.booleanValue();
  }

  /** A string; null is refused. */
  String text(String name, String absent) {
    if (isAbsent(name)) {
      return absent;
    }
    JsonNode value = json.get(name);
    if (!value.isTextual()) {
      mustBe(name, "a string");
      return absent;
    }
    return value.textValue();
  }

  /** The strings of an array, or null if it is absent or null. */
  List<String> texts(String name) {
    if (!has(name)) {
      return null;
    }
    List<String> values = new ArrayList<>();
    if (!json.get(name).isArray()) {
      mustBe(name, "a list of strings");
    }
    for (JsonNode value : json.get(name)) {
      if (!value.isTextual()) {
        mustBe(name, "a list of strings");
        break;
      }
      values.add(value.textValue());
    }
    return values;
  }

  /** Notes that a field is not what it must be. */
  void mustBe(String name, String what) {
    JsonNode value = json.get(name);
    if (value == null) {
      problem(name, "is missing but must be " + what);
    } else {
      String shown = value.toString();
      problem(
          name,
          "is "
              + (shown.length() > 80 ? shown.substring(0, 80) + "…" : shown)
              + " but must be "
              + what);
    }
  }

  /** Notes a problem with a field. */
  void problem(String name, String what) {
    String place = places.of(prefix + name);
    String problem = prefix + name + " " + what + (place == null ? "" : " (" + place + ")");
    if (!problems.contains(problem)) {
      problems.add(problem);
    }
  }

  /**
   * @throws EngineException CHECKPOINT_INVALID with all problems so far, if there are any
   */
  void check() {
    if (!problems.isEmpty()) {
      throw invalid(file + ": " + String.join("; ", problems), null);
    }
  }
}
