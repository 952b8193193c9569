package dev.espalier.engine.family;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads fields of config.json and collects what is wrong with them, so that all problems are
 * reported together by {@link #check}. A field that is null counts as absent. A wrong field reads
 * as some legal value; nothing may be built from it before {@link #check}.
 */
final class ConfigReader {
  private final String path;
  private final JsonNode json;
  private final List<String> problems;

  private ConfigReader(String path, JsonNode json, List<String> problems) {
    this.path = path;
    this.json = json;
    this.problems = problems;
  }

  /**
   * @param file named in messages
   * @param json an object
   */
  static ConfigReader of(String file, JsonNode json) {
    ConfigReader reader = new ConfigReader(file, json, new ArrayList<>());
    if (!json.isObject()) {
      reader.problem("is no JSON object");
      reader.check();
    }
    return reader;
  }

  /** Whether the field is there and not null. */
  boolean has(String name) {
    return json.hasNonNull(name);
  }

  /** Whether the field is there and null. */
  boolean isNull(String name) {
    JsonNode value = json.get(name);
    return value != null && value.isNull();
  }

  /** The reader of an object in this one; problems are collected here. */
  ConfigReader object(String name) {
    JsonNode value = json.get(name);
    if (value == null || !value.isObject()) {
      problem(name + " is " + shown(value) + " but must be an object");
      value = JsonNodeFactory.instance.objectNode();
    }
    return new ConfigReader(path, value, problems);
  }

  int positive(String name) {
    if (!has(name)) {
      problem(name + " is missing");
      return 1;
    }
    return positive(name, 1);
  }

  int positive(String name, int absent) {
    if (!has(name)) {
      return absent;
    }
    JsonNode value = json.get(name);
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1) {
      problem(name + " is " + shown(value) + " but must be a positive integer");
      return 1;
    }
    return value.intValue();
  }

  double positiveNumber(String name) {
    if (!has(name)) {
      problem(name + " is missing");
      return 1;
    }
    return positiveNumber(name, 1);
  }

  double positiveNumber(String name, double absent) {
    if (!has(name)) {
      return absent;
    }
    JsonNode value = json.get(name);
    if (!value.isNumber() || !(value.doubleValue() > 0)) {
      problem(name + " is " + shown(value) + " but must be a positive number");
      return 1;
    }
    return value.doubleValue();
  }

  boolean flag(String name, boolean absent) {
    if (!has(name)) {
      return absent;
    }
    JsonNode value = json.get(name);
    if (!value.isBoolean()) {
      problem(name + " is " + shown(value) + " but must be true or false");
    }
    return value.booleanValue();
  }

  String text(String name, String absent) {
    if (!has(name)) {
      return absent;
    }
    JsonNode value = json.get(name);
    if (!value.isTextual()) {
      problem(name + " is " + shown(value) + " but must be a string");
      return absent;
    }
    return value.textValue();
  }

  /** The strings of an array, or null if it is absent. */
  List<String> texts(String name) {
    if (!has(name)) {
      return null;
    }
    List<String> values = new ArrayList<>();
    for (JsonNode value : json.get(name)) {
      values.add(value.asText());
    }
    return values;
  }

  /** Notes a problem. */
  void problem(String what) {
    problems.add(what);
  }

  /**
   * @throws EngineException CHECKPOINT_INVALID with all problems so far, if there are any
   */
  void check() {
    if (!problems.isEmpty()) {
      throw new EngineException(
          ErrorCode.CHECKPOINT_INVALID, path + ": " + String.join("; ", problems));
    }
  }

  private static String shown(JsonNode value) {
    return value == null ? "missing" : value.toString();
  }
}
