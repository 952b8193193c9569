package dev.espalier.eval.task;

import dev.espalier.eval.twin.DocumentFunction;
import dev.espalier.eval.twin.DocumentsFunction;
import dev.espalier.jinja.JinjaException;
import dev.espalier.jinja.JinjaTemplate;
import dev.espalier.jinja.TemplateSettings;
import dev.espalier.row.Problem;
import dev.espalier.yaml.YamlNode;
import dev.espalier.yaml.YamlPlace;
import dev.espalier.yaml.YamlScalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the fields that are computed of documents: templates, functions and constants. */
final class ValueReader {
  private final Functions functions;
  private final List<Problem> problems;
  private final List<Problem> warnings;

  /**
   * @param problems gets what is wrong with functions; what is wrong with a field is told to its
   *     reader
   */
  ValueReader(Functions functions, List<Problem> problems, List<Problem> warnings) {
    this.functions = functions;
    this.problems = problems;
    this.warnings = warnings;
  }

  /** What makes documents of documents; empty if the field is not there, or is wrong. */
  Optional<DocumentsFunction> documents(FieldReader from, String field) {
    Optional<YamlNode> node = from.node(field);
    if (node.isEmpty()) {
      return Optional.empty();
    }
    if (YamlValues.plain(node.get()) instanceof Function function) {
      return functions.find(function, DocumentsFunction.class, problems, warnings);
    }
    from.problem(
        node.get().place(), "`" + field + "` is a function", "write `!function module.name`");
    return Optional.empty();
  }

  /** What a document has; empty if the field is not there, or is wrong. */
  Optional<FieldValue> value(FieldReader from, String field) {
    Optional<YamlNode> node = from.node(field);
    if (node.isEmpty()) {
      return Optional.empty();
    }
    Object value = YamlValues.plain(node.get());
    if (value instanceof Function function) {
      return functions
          .find(function, DocumentFunction.class, problems, warnings)
          .map(twin -> new FieldValue.Call(function, twin));
    } else if (value instanceof String) {
      return compiled(from, (YamlScalar) node.get(), field).map(text -> text);
    } else if (field.equals("doc_to_choice") && value instanceof Map<?, ?> map) {
      return Optional.of(new FieldValue.Choices(new ArrayList<>(map.values())));
    } else if (value instanceof List<?> list && !field.equals("doc_to_text")) {
      return Optional.of(new FieldValue.Constant(YamlValues.printable(list)));
    } else if (!field.equals("doc_to_choice") && isWhole(value)) {
      return Optional.of(new FieldValue.Constant(value));
    }
    from.problem(
        node.get().place(),
        "`" + field + "` is " + node.get().kind() + ", which makes nothing of a document",
        "write a template, the name of a column, or a function");
    return Optional.empty();
  }

  private static boolean isWhole(Object value) {
    return value instanceof Long || value instanceof Boolean;
  }

  /** A text that is made of a document; empty if the field is not there, or is wrong. */
  Optional<FieldValue.Text> template(FieldReader from, String field) {
    Optional<YamlScalar> scalar = from.scalar(field);
    if (scalar.isEmpty()) {
      return Optional.empty();
    }
    if (scalar.get().tag().isPresent()) {
      from.problem(
          scalar.get().place(),
          "`" + field + "` is a template, but this is a function",
          "write a template");
      return Optional.empty();
    }
    return compiled(from, scalar.get(), field);
  }

  private Optional<FieldValue.Text> compiled(FieldReader from, YamlScalar scalar, String field) {
    try {
      JinjaTemplate template = JinjaTemplate.compile(scalar.text(), TemplateSettings.TASK);
      return Optional.of(new FieldValue.Text(scalar.text(), template, scalar));
    } catch (JinjaException e) {
      YamlPlace place =
          e.line() == 0 ? scalar.place() : scalar.placeOf(e.line(), Math.max(1, e.column()));
      from.problem(place, "`" + field + "` is no template: " + e.reason(), "mend the template");
      return Optional.empty();
    }
  }

  /** The examples that stand in the file itself, or that a function makes. */
  Optional<List<Map<String, Object>>> samples(FieldReader own) {
    Optional<YamlNode> node = own.node("samples");
    if (node.isEmpty()) {
      return Optional.empty();
    }
    Object value = YamlValues.plain(node.get());
    if (value instanceof Function function) {
      return functions
          .find(function, DocumentsFunction.class, problems, warnings)
          .map(twin -> twin.apply(List.of()));
    }
    return Optional.of(own.mappings("samples").stream().map(YamlValues::plain).toList());
  }
}
