package dev.espalier.jinja;

import dev.espalier.jinja.JinjaException.Kind;

/** {@code input|name(arguments)}. */
final class Filtered extends Expression {
  final String name;
  private final Expression input;
  private final CallArguments arguments;

  /**
   * @param input null where a block's text is filtered
   */
  Filtered(Token at, Expression input, CallArguments arguments) {
    super(at, arguments.behind(input));
    this.name = at.text();
    this.input = input;
    this.arguments = arguments;
  }

  boolean hasInput() {
    return input != null;
  }

  /**
   * Refuses a filter that there is not.
   *
   * @param soft whether a chat template may only ask for it where it is met
   */
  void check(TemplateSettings settings, boolean soft) {
    if (name.equals("random")) {
      throw new JinjaException(Kind.UNSUPPORTED, "the filter random is left out", "", line, column);
    }
    if (!Filters.of(settings).containsKey(name) && !(soft && settings.isChat())) {
      throw new JinjaException(
          Kind.SYNTAX, "there is no filter named '" + name + "'", "", line, column);
    }
  }

  @Override
  Object evaluate(Rendering rendering, Frame frame) {
    return evaluate(null, rendering, frame);
  }

  /** With the text of a block for the innermost input. */
  Object evaluate(String text, Rendering rendering, Frame frame) {
    Object value;
    if (input == null) {
      value = text;
    } else if (text != null && input instanceof Filtered inner) {
      value = inner.evaluate(text, rendering, frame);
    } else {
      value = input.value(rendering, frame);
    }
    return Filters.apply(name, value, arguments.values(rendering, frame), rendering);
  }
}
