package dev.espalier.jinja;

import dev.espalier.jinja.JinjaException.Kind;

/** {@code value is name(arguments)}. */
final class Tested extends Expression {
  final String name;
  private final Expression tested;
  private final CallArguments arguments;

  Tested(Token at, Expression tested, CallArguments arguments) {
    super(at, arguments.behind(tested));
    this.name = at.text();
    this.tested = tested;
    this.arguments = arguments;
  }

  /** Refuses a test that there is not, as {@link Filtered#check}. */
  void check(TemplateSettings settings, boolean soft) {
    if (!Predicates.ALL.containsKey(name) && !(soft && settings.isChat())) {
      throw new JinjaException(
          Kind.SYNTAX, "there is no test named '" + name + "'", "", line, column);
    }
  }

  @Override
  Object evaluate(Rendering rendering, Frame frame) {
    Object value = tested.value(rendering, frame);
    return Predicates.apply(name, value, arguments.values(rendering, frame), rendering);
  }
}
