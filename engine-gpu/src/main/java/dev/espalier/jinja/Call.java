package dev.espalier.jinja;

import java.util.Map;

/** {@code callee(arguments)}. */
final class Call extends Expression {
  final Expression callee;
  private final CallArguments arguments;

  Call(Token at, Expression callee, CallArguments arguments) {
    super(at, arguments.behind(callee));
    this.callee = callee;
    this.arguments = arguments;
  }

  @Override
  Object evaluate(Rendering rendering, Frame frame) {
    Object function = callee.value(rendering, frame);
    return call(function, arguments.values(rendering, frame), rendering);
  }

  /** With one more named argument. */
  Object evaluateWith(String name, Object value, Rendering rendering, Frame frame) {
    Object function = callee.value(rendering, frame);
    return call(function, arguments.values(Map.of(name, value), rendering, frame), rendering);
  }

  private Object call(Object function, Arguments values, Rendering rendering) {
    if (function instanceof Function callable) {
      return callable.call(rendering, values);
    }
    if (function instanceof Undefined undefined) {
      throw undefined.error();
    }
    throw new JinjaException(Types.described(function) + " cannot be called");
  }
}
