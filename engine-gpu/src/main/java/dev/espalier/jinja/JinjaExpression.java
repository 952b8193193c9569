package dev.espalier.jinja;

import java.util.List;

/** A compiled Jinja expression, such as {@code row.n + 1}. Immutable and thread-safe. */
public final class JinjaExpression {
  private final Expression root;
  private final List<VariableUse> uses;

  private JinjaExpression(Expression root, List<VariableUse> uses) {
    this.root = root;
    this.uses = uses;
  }

  /**
   * @param text what could stand between {@code {{} and {@code }}}, nothing else; places are those
   *     in this text
   * @throws JinjaException if the text is no expression, or uses what is left out; with its place
   */
  public static JinjaExpression compile(String text, TemplateSettings settings) {
    TemplateParser parser = new TemplateParser(Lexer.expressionTokens(text));
    return new JinjaExpression(parser.onlyExpression(), parser.uses());
  }

  /**
   * The value: null, {@link Boolean}, {@link Long}, {@link java.math.BigInteger} where a long has
   * no room, {@link Double}, {@link String}, {@link SpelledNumber}, or a {@link List} or {@link
   * java.util.Map} of such, in order. Tuples and other sequences become lists.
   *
   * @throws JinjaException as {@link JinjaTemplate#render}; also if the value is undefined (where
   *     undefined values print nothing it is null) or has no such form, as a macro has none
   */
  public Object evaluate(Variables variables) {
    return root.evaluate(Scope.of(variables));
  }

  /**
   * Whether the value is true in a condition: null, false, zero and what is empty are not.
   *
   * @throws JinjaException as {@link #evaluate}
   */
  public boolean isTrue(Variables variables) {
    return Values.isTrue(root.evaluate(Scope.of(variables)));
  }

  /** The uses of names that the expression reads, in the order of the text. */
  public List<VariableUse> variables() {
    return uses;
  }
}
