package dev.espalier.eval.task;

import dev.espalier.jinja.JinjaTemplate;
import dev.espalier.yaml.YamlPlace;
import dev.espalier.yaml.YamlScalar;
import java.util.List;

/** What a field such as {@code doc_to_text} says to make of a document. */
sealed interface FieldValue {

  /**
   * The name of a column, or else a template.
   *
   * @param template of {@code text}
   */
  record Text(String text, JinjaTemplate template, YamlScalar scalar) implements FieldValue {
    /** Where a place of the template stands. */
    YamlPlace placeOf(int line, int column) {
      return line == 0 ? scalar.place() : scalar.placeOf(line, Math.max(1, column));
    }
  }

  /** The same for every document: a {@code Long} or a list. */
  record Constant(Object value) implements FieldValue {}

  /** The values of a mapping. */
  record Choices(List<Object> values) implements FieldValue {}

  /** A function. */
  record Call(Function function, dev.espalier.eval.twin.DocumentFunction twin)
      implements FieldValue {}
}
