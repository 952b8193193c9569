package dev.espalier.eval.task;

import dev.espalier.eval.python.PythonLiteral;
import dev.espalier.eval.twin.TwinException;
import dev.espalier.jinja.JinjaException;
import dev.espalier.jinja.PythonText;
import dev.espalier.jinja.Variables;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the fields of a task make of a document. All methods throw {@link IllegalArgumentException}
 * with a sentence for the user if they can make nothing of it.
 *
 * @param columns of the evaluated split: a text that is one of them names it, any other is a
 *     template
 */
record DocumentFields(TaskConfig task, Set<String> columns) {

  /** {@code doc_to_text}: a text, or an index where there are several inputs. */
  Object text(Optional<FieldValue> field, Map<String, Object> document) {
    FieldValue value = required(field, "doc_to_text");
    if (value instanceof FieldValue.Text text && !columns.contains(text.text())) {
      return indexOrText(rendered(text, document, "doc_to_text"), "doc_to_text");
    }
    return plain(value, document, "doc_to_text");
  }

  /** {@code doc_to_target}: a text, an index, or a list. */
  Object target(Optional<FieldValue> field, Map<String, Object> document) {
    FieldValue value = required(field, "doc_to_target");
    if (value instanceof FieldValue.Text text && !columns.contains(text.text())) {
      String rendered = rendered(text, document, "doc_to_target");
      boolean isList = rendered.length() >= 2 && rendered.startsWith("[") && rendered.endsWith("]");
      boolean isIndex = task.choice().isPresent() && PythonText.isDigit(rendered);
      if (isList && !isIndex) {
        try {
          return PythonLiteral.read(rendered);
        } catch (IllegalArgumentException e) {
          return rendered;
        }
      }
      return indexOrText(rendered, "doc_to_target");
    }
    return plain(value, document, "doc_to_target");
  }

  private Object indexOrText(String rendered, String field) {
    if (task.choice().isEmpty() || !PythonText.isDigit(rendered)) {
      return rendered;
    }
    try {
      return PythonLiteral.read(rendered);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("`" + field + "` gives " + e.getMessage(), e);
    }
  }

  /** {@code doc_to_choice}. */
  List<Object> choices(Optional<FieldValue> field, Map<String, Object> document) {
    FieldValue value = required(field, "doc_to_choice");
    Object choices;
    if (value instanceof FieldValue.Text text && !columns.contains(text.text())) {
      String rendered = rendered(text, document, "doc_to_choice");
      try {
        choices = PythonLiteral.read(rendered);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("`doc_to_choice` gives no list: " + e.getMessage(), e);
      }
    } else {
      choices = plain(value, document, "doc_to_choice");
    }
    if (choices instanceof List<?> list) {
      return new ArrayList<>(list);
    }
    throw new IllegalArgumentException(
        "`doc_to_choice` gives " + PythonText.repr(choices) + ", which is no list");
  }

  private static FieldValue required(Optional<FieldValue> field, String name) {
    return field.orElseThrow(
        () -> new IllegalArgumentException("the task has no `" + name + "` to make it of"));
  }

  private static Object plain(FieldValue value, Map<String, Object> document, String field) {
    if (value instanceof FieldValue.Text text) {
      return column(text.text(), document, field);
    } else if (value instanceof FieldValue.Constant constant) {
      return constant.value();
    } else if (value instanceof FieldValue.Choices choices) {
      return choices.values();
    }
    FieldValue.Call call = (FieldValue.Call) value;
    try {
      return call.twin().apply(document);
    } catch (TwinException e) {
      throw new IllegalArgumentException(
          "`" + field + ": " + call.function() + "` cannot be applied: " + e.getMessage(), e);
    }
  }

  private static Object column(String name, Map<String, Object> document, String field) {
    if (!document.containsKey(name)) {
      throw new IllegalArgumentException(
          "`" + field + "` names the column " + name + ", which the document lacks");
    }
    return document.get(name);
  }

  /** A field that is a column of this very document, or a template; empty if it is not there. */
  Optional<String> resolved(
      Optional<FieldValue.Text> field, Map<String, Object> document, String name) {
    if (field.isEmpty() || field.get().text().isEmpty()) {
      return Optional.empty();
    }
    return textOf(field.get(), document.keySet(), document, name);
  }

  /** {@code gen_prefix} of the evaluated document. */
  Optional<String> genPrefix(Map<String, Object> document) {
    return task.genPrefix().flatMap(field -> textOf(field, columns, document, "gen_prefix"));
  }

  private static Optional<String> textOf(
      FieldValue.Text field, Set<String> columns, Map<String, Object> document, String name) {
    if (!columns.contains(field.text())) {
      return Optional.of(rendered(field, document, name));
    }
    Object value = column(field.text(), document, name);
    if (value == null || value instanceof String) {
      return Optional.ofNullable((String) value);
    }
    throw new IllegalArgumentException(
        "`" + name + "` gives " + PythonText.repr(value) + ", which is no text");
  }

  private static String rendered(FieldValue.Text field, Map<String, Object> document, String name) {
    try {
      return field.template().render(Variables.of(document));
    } catch (JinjaException e) {
      throw new IllegalArgumentException(
          "`" + name + "` (" + place(field, e) + "): " + e.reason(), e);
    }
  }

  private static String place(FieldValue.Text field, JinjaException e) {
    return field.placeOf(e.line(), e.column()).toString();
  }
}
