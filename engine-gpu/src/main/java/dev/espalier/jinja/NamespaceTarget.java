package dev.espalier.jinja;

import java.util.List;

/** {@code namespace.attribute} on the left of {@code set}. */
final class NamespaceTarget extends Expression {
  final Name namespace;
  private final String attribute;

  NamespaceTarget(Token at, Name namespace, String attribute) {
    super(at, List.of());
    this.namespace = namespace;
    this.attribute = attribute;
  }

  /** To be called before the value is evaluated. */
  void requireNamespace(Rendering rendering, Frame frame) {
    Object value = namespace.value(rendering, frame);
    if (!(value instanceof Namespace)) {
      throw new JinjaException("'" + namespace.name + "' is no namespace").at(line, column);
    }
  }

  @Override
  Object evaluate(Rendering rendering, Frame frame) {
    throw new IllegalStateException("a target has no value");
  }

  @Override
  boolean isTarget() {
    return true;
  }

  @Override
  void assign(Rendering rendering, Frame frame, Object value) {
    requireNamespace(rendering, frame);
    ((Namespace) namespace.value(rendering, frame)).put(attribute, value);
  }
}
