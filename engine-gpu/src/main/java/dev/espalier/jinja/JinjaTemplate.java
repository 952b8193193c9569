package dev.espalier.jinja;

import java.util.List;

/** A compiled Jinja template. Immutable and thread-safe. */
public final class JinjaTemplate {
  private final Node root;
  private final List<VariableUse> uses;

  private JinjaTemplate(Node root, List<VariableUse> uses) {
    this.root = root;
    this.uses = uses;
  }

  /**
   * @throws JinjaException if the text is no Jinja, or uses what is left out; with its place
   */
  public static JinjaTemplate compile(String text, TemplateSettings settings) {
    TemplateParser parser = new TemplateParser(Lexer.tokens(text));
    return new JinjaTemplate(parser.template(), parser.uses());
  }

  /**
   * The text with everything filled in.
   *
   * @throws JinjaException if something is undefined, or a value does not allow what is done with
   *     it, or a limit is met; with its place
   */
  public String render(Variables variables) {
    StringBuilder output = new StringBuilder();
    root.render(Scope.of(variables), output);
    return output.toString();
  }

  /** The uses of names that the template does not define, in the order of the text. */
  public List<VariableUse> variables() {
    return uses;
  }
}
