package dev.espalier.jinja;

import java.util.List;

/** A compiled Jinja expression, such as {@code row.n + 1}. Immutable and thread-safe. */
public final class JinjaExpression {
  private final TemplateSettings settings;
  private final Expression root;
  private final Symbols.Entry entry;
  private final Slots slots;
  private final List<VariableUse> uses;
  private final List<ForbiddenUse> forbidden;

  private JinjaExpression(
      TemplateSettings settings,
      Expression root,
      Symbols.Entry entry,
      Slots slots,
      List<VariableUse> uses,
      List<ForbiddenUse> forbidden) {
    this.settings = settings;
    this.root = root;
    this.entry = entry;
    this.slots = slots;
    this.uses = uses;
    this.forbidden = List.copyOf(forbidden);
  }

  /**
   * @param text what could stand between double braces, nothing else; places are those in this text
   * @throws JinjaException if the text is no expression, or uses what is left out; with its place
   */
  public static JinjaExpression compile(String text, TemplateSettings settings) {
    Expression root = new TemplateParser(Lexer.expression(text), settings).onlyExpression();
    Slots slots = new Slots(null);
    Symbols symbols = new Symbols(null, slots);
    symbols.visit(root);
    Binder binder = new Binder(settings);
    binder.bind(root, symbols, false);
    return new JinjaExpression(
        settings, root, symbols.entry(), slots, binder.uses(), binder.forbidden());
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
    Rendering rendering = new Rendering(settings, variables);
    Object value = value(rendering);
    try {
      return Imports.exported(value, rendering);
    } catch (JinjaException e) {
      throw e.at(root.line, root.column);
    }
  }

  /**
   * Whether the value is true in a condition: null, false, zero and what is empty are not.
   *
   * @throws JinjaException as {@link #evaluate}
   */
  public boolean isTrue(Variables variables) {
    Object value = value(new Rendering(settings, variables));
    try {
      return Comparison.isTrue(value);
    } catch (JinjaException e) {
      throw e.at(root.line, root.column);
    }
  }

  private Object value(Rendering rendering) {
    Frame frame = new Frame(null, slots.size());
    entry.begin(frame);
    return root.value(rendering, frame);
  }

  /** The uses of names that the expression reads, in the order of the text. */
  public List<VariableUse> variables() {
    return uses;
  }

  /**
   * The attributes that no value lets the expression read, except where they are only asked for.
   */
  public List<ForbiddenUse> forbidden() {
    return forbidden;
  }
}
