package dev.espalier.jinja;

import java.util.HashMap;
import java.util.Map;

/**
 * A Jinja template, rendered as transformers renders chat templates: {@code trim_blocks}, {@code
 * lstrip_blocks}, no escaping. Immutable and thread-safe.
 *
 * <p>Supported are {@code if}, {@code for} (with {@code if}, {@code else}, {@code break}, {@code
 * continue}), {@code set} (also of namespaces and blocks), {@code macro}, {@code raw} and {@code
 * generation}; all of Jinja2's expressions; the filters, tests, functions and methods that
 * published chat templates use. Anything else is refused by name when the template is parsed, or,
 * where only a value's type tells, when it is met.
 */
public final class JinjaTemplate {
  private final Node root;

  private JinjaTemplate(Node root) {
    this.root = root;
  }

  /**
   * @throws JinjaException if the template is no Jinja, or uses what is not supported
   */
  public static JinjaTemplate parse(String source) {
    return new JinjaTemplate(TemplateParser.parse(Lexer.tokens(source)));
  }

  /**
   * @param variables strings, numbers, booleans, null, and lists and maps of them
   * @throws JinjaException if the template calls {@code raise_exception}, or does with a value what
   *     is not possible, such as adding an undefined one
   */
  public String render(Map<String, Object> variables) {
    Map<String, Object> values = new HashMap<>();
    variables.forEach((name, value) -> values.put(name, Values.imported(value)));
    StringBuilder output = new StringBuilder();
    root.render(Scope.of(values), output);
    return output.toString();
  }
}
