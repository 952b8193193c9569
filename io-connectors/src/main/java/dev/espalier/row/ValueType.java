package dev.espalier.row;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/** The type of a named value, and so of its column. Any value may also be null. */
public sealed interface ValueType extends Serializable {
  ValueType STRING = Scalar.STRING;
  ValueType INTEGER = Scalar.INTEGER;
  ValueType NUMBER = Scalar.NUMBER;
  ValueType BOOLEAN = Scalar.BOOLEAN;

  /** As messages name it: {@code integer}, {@code list of string}, {@code {a: number}}. */
  String description();

  /** One value. */
  enum Scalar implements ValueType {
    /** A {@link String}. */
    STRING,
    /** A {@link Long}. */
    INTEGER,
    /** A {@link Double}. */
    NUMBER,
    /** A {@link Boolean}. */
    BOOLEAN;

    @Override
    public String description() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A {@link List} of values of one type, in order: a JSON array, or the values of a fork's
   * branches.
   */
  record ListOf(ValueType item) implements ValueType {
    public ListOf {
      Objects.requireNonNull(item, "item");
    }

    @Override
    public String description() {
      return "list of " + item.description();
    }
  }

  /**
   * A {@link java.util.Map} by the names of the fields, in their order: a JSON object that can have
   * these members and no other. A member that is absent is null.
   */
  record Struct(List<Field> fields) implements ValueType {
    /** A member. */
    public record Field(String name, ValueType type) implements Serializable {}

    public Struct {
      fields = List.copyOf(fields);
    }

    @Override
    public String description() {
      return fields.stream()
          .map(field -> field.name() + ": " + field.type().description())
          .collect(Collectors.joining(", ", "{", "}"));
    }
  }
}
