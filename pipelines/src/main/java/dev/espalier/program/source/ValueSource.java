package dev.espalier.program.source;

import dev.espalier.program.ValueReader;
import dev.espalier.row.ValueType;
import java.util.Optional;

/**
 * Where a {@code set} or an argument gets its value from: a constant of the file, or a text with
 * Jinja, which a type turns into a number or a truth value.
 */
record ValueSource(Optional<Template> text, Object constant, ValueType type) {

  static ValueSource constant(Object value) {
    return new ValueSource(Optional.empty(), value, ValueType.STRING);
  }

  static ValueSource text(Template text, ValueType type) {
    return new ValueSource(Optional.of(text), null, type);
  }

  /**
   * @throws dev.espalier.program.RowException if the text is not of the type
   */
  Object get(Names names) {
    return text.isPresent() ? ValueReader.read(type, text.get().render(names)) : constant;
  }
}
