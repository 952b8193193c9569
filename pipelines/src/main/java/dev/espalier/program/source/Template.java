package dev.espalier.program.source;

import dev.espalier.jinja.ForbiddenUse;
import dev.espalier.jinja.JinjaException;
import dev.espalier.jinja.JinjaExpression;
import dev.espalier.jinja.JinjaTemplate;
import dev.espalier.jinja.TemplateSettings;
import dev.espalier.jinja.VariableUse;
import dev.espalier.jinja.Variables;
import dev.espalier.program.RowException;
import dev.espalier.row.RowError;
import dev.espalier.yaml.YamlScalar;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A text with Jinja in it, or an expression of Jinja, at its place in a file. As in Jinja2, one
 * line break at the end is not part of a text. Thread-safe.
 */
final class Template {
  private static final JinjaTemplate PRINT =
      JinjaTemplate.compile("{{ value }}", TemplateSettings.PROGRAM);

  private final YamlScalar source;
  private final JinjaTemplate template;
  private final JinjaExpression expression;

  private Template(YamlScalar source, JinjaTemplate template, JinjaExpression expression) {
    this.source = source;
    this.template = template;
    this.expression = expression;
  }

  /**
   * @throws JinjaException with the place in the text if that is no Jinja
   */
  static Template text(YamlScalar source) {
    return new Template(
        source, JinjaTemplate.compile(source.text(), TemplateSettings.PROGRAM), null);
  }

  /**
   * @throws JinjaException with the place in the text if that is no expression
   */
  static Template expression(YamlScalar source) {
    return new Template(
        source, null, JinjaExpression.compile(source.text(), TemplateSettings.PROGRAM));
  }

  YamlScalar source() {
    return source;
  }

  /** The names that must have a value where the template is used. */
  List<VariableUse> variables() {
    return template != null ? template.variables() : expression.variables();
  }

  /** The attributes that no value lets it read. */
  List<ForbiddenUse> forbidden() {
    return template != null ? template.forbidden() : expression.forbidden();
  }

  /**
   * The text, with names filled in.
   *
   * @throws RowException if it uses what is not there, or a value in a way that does not work
   */
  String render(Frame.Names names) {
    String text = in(names, () -> template.render(names));
    names.charge(text.length());
    return text;
  }

  /** The value of the expression, see {@link JinjaExpression#evaluate}. */
  Object evaluate(Frame.Names names) {
    return in(names, () -> expression.evaluate(names));
  }

  /** Whether the expression is true, as Jinja takes values for conditions. */
  boolean isTrue(Frame.Names names) {
    return in(names, () -> expression.isTrue(names));
  }

  /** {@code value}, one of those that {@link #evaluate} gives, as a template prints it. */
  String print(Object value, Frame.Names names) {
    return in(names, () -> PRINT.render(Variables.of(Map.of("value", value))));
  }

  /**
   * What to say of a value that {@link #evaluate} gave and that cannot be used.
   *
   * @param what the value was to be, and what it is instead
   */
  RowException unusable(Object value, String what, Frame.Names names) {
    if (value == null && variables().size() == 1) {
      VariableUse use = variables().get(0);
      if (use.text().equals(source.text().strip())) {
        return located(names.nothingAt(use.text()));
      }
    }
    return located(new RowException(RowError.PROGRAM_FAILED, what));
  }

  private <T> T in(Frame.Names names, Supplier<T> use) {
    try {
      return use.get();
    } catch (JinjaException e) {
      int line = source.placeOf(Math.max(1, e.line()), Math.max(1, e.column())).line();
      throw located(rowError(e, names), line);
    }
  }

  private RowException rowError(JinjaException e, Frame.Names names) {
    boolean isNothing =
        e.kind() == JinjaException.Kind.UNDEFINED || e.kind() == JinjaException.Kind.NULL_PRINTED;
    if (isNothing && !e.path().isEmpty()) {
      return names.nothingAt(e.path());
    } else if (e.kind() == JinjaException.Kind.LIMIT) {
      return new RowException(RowError.TEMPLATE_LIMIT, e.reason());
    }
    // A filter hides which field was null: one that the same line reads is why.
    Optional<RowException> field =
        variables().stream()
            .filter(use -> use.name().equals("row") && (e.line() == 0 || use.line() == e.line()))
            .flatMap(use -> names.missingField(use).stream())
            .findFirst();
    if (field.isPresent() && (isNothing || e.kind() == JinjaException.Kind.VALUE)) {
      return field.get();
    }
    String code = isNothing ? RowError.UNDEFINED_VARIABLE : RowError.PROGRAM_FAILED;
    return new RowException(code, e.reason());
  }

  /** {@code e} with the place of this text. */
  RowException located(RowException e) {
    return located(e, source.placeOf(1, 1).line());
  }

  private RowException located(RowException e, int line) {
    String file = source.place().source();
    return new RowException(e.code(), e.getMessage() + " (" + file + ":" + line + ")");
  }
}
