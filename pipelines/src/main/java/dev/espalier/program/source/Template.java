package dev.espalier.program.source;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.tree.Node;
import com.hubspot.jinjava.util.ObjectTruthValue;
import dev.espalier.program.RowException;
import dev.espalier.row.RowError;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A text with Jinja in it, or an expression of Jinja. As in Jinja2, one line break at the end is
 * not part of a text; a line that holds only a block tag leaves nothing. Thread-safe.
 */
final class Template {
  private static final Pattern BEFORE_BLOCK = Pattern.compile("(?m)^[ \\t]+(?=\\{%(?!\\+))");

  private final String source;
  private final Node root;
  private final String location;

  private Template(String source, Node root, String location) {
    this.source = source;
    this.root = root;
    this.location = location;
  }

  /**
   * @param location of the text in its file, for errors of rows
   */
  static Template text(String text, String location, TemplateReader reader) {
    String source = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    boolean isPlain = !source.contains("{{") && !source.contains("{%") && !source.contains("{#");
    if (isPlain) {
      return new Template(source, null, location);
    }
    // jinjava's own lstrip_blocks also strips spaces behind text.
    String stripped = BEFORE_BLOCK.matcher(source).replaceAll("");
    reader.template(stripped);
    return new Template(source, JinjaDialect.parse(stripped), location);
  }

  static Template expression(String source, String location, TemplateReader reader) {
    reader.expression(source);
    return new Template(source, null, location);
  }

  /**
   * The text, with {@code names} filled in.
   *
   * @throws RowException if it uses what is not there, or a value in a way that does not work
   */
  String render(Names names) {
    return root == null ? source : in(names, interpreter -> interpreter.render(root));
  }

  /** The value of the expression. */
  Object evaluate(Names names) {
    return in(names, interpreter -> interpreter.resolveELExpression(source, 1));
  }

  /** Whether the expression is true, as Jinja takes values for conditions. */
  boolean isTrue(Names names) {
    return in(names, i -> ObjectTruthValue.evaluate(i.resolveELExpression(source, 1)));
  }

  private <T> T in(Names names, Function<JinjavaInterpreter, T> use) {
    JinjavaInterpreter interpreter = JinjaDialect.interpreter(names);
    JinjavaInterpreter.pushCurrent(interpreter);
    try {
      T result = use.apply(interpreter);
      if (!interpreter.getErrors().isEmpty()) {
        throw refused(interpreter.getErrors().get(0));
      }
      return result;
    } catch (Undefined.Used e) {
      throw located(e.failure());
    } finally {
      JinjavaInterpreter.popCurrent();
    }
  }

  private RowException refused(TemplateError error) {
    for (Throwable cause = error.getException(); cause != null; cause = cause.getCause()) {
      if (cause instanceof Undefined.Used used) {
        return located(used.failure());
      } else if (cause instanceof RowException row) {
        return row;
      } else if (cause instanceof Error serious) {
        throw serious; // a failed step, or what ends the opening
      }
    }
    return located(new RowException(RowError.PROGRAM_FAILED, error.getMessage()));
  }

  private RowException located(RowException e) {
    return new RowException(e.code(), e.getMessage() + " (" + location + ")");
  }
}
