package dev.espalier.program.source;

import dev.espalier.program.RowException;
import dev.espalier.program.ValueReader;
import dev.espalier.row.ValueType;
import dev.espalier.yaml.YamlNode;
import dev.espalier.yaml.YamlScalar;
import java.util.Optional;

/**
 * What a {@code set} gives its name.
 *
 * @param type of the column
 */
record SetValue(ValueSource source, ValueType type) {
  private static final SetValue NONE = new SetValue(new ValueSource.Constant(""), ValueType.STRING);

  /** Reads {@code to} and {@code type}. */
  static SetValue read(FileReader file, YamlFields fields) {
    Optional<ValueType> type = OptionFields.type(fields);
    Optional<YamlNode> to = fields.required("to", "\"{{ row.title }}\"");
    if (to.isEmpty()) {
      return NONE;
    }
    if (!(to.get() instanceof YamlScalar scalar)) {
      fields.problem(
          to.get(),
          "`to` is " + to.get().kind() + ", which is no value of a column",
          "write a text, such as \"{{ [1, 2] | tojson }}\"");
      return NONE;
    }
    if (scalar.isText()) {
      ValueType known = type.orElse(ValueType.STRING);
      return new SetValue(new ValueSource.Rendered(file.text(scalar), known), known);
    }
    return constant(fields, scalar, type);
  }

  private static SetValue constant(YamlFields fields, YamlScalar scalar, Optional<ValueType> type) {
    ValueType known = type.orElse(typeOf(scalar.value()));
    if (scalar.isNull()) {
      return new SetValue(new ValueSource.Constant(null), known);
    }
    try {
      Object value = scalar.value();
      boolean isOfType = known.equals(typeOf(value)) && !(value instanceof java.math.BigInteger);
      return new SetValue(
          new ValueSource.Constant(
              isOfType && known != ValueType.STRING
                  ? value
                  : ValueReader.read(known, scalar.text())),
          known);
    } catch (RowException e) {
      fields.problem(
          scalar,
          "`to` is " + scalar.text() + ", which is no " + known.description(),
          "mend it or the type, or put quotes around a text");
      return NONE;
    }
  }

  private static ValueType typeOf(Object value) {
    if (value instanceof Boolean) {
      return ValueType.BOOLEAN;
    } else if (value instanceof Double) {
      return ValueType.NUMBER;
    }
    return value instanceof Number ? ValueType.INTEGER : ValueType.STRING;
  }
}
