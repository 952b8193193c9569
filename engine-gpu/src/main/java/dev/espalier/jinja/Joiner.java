package dev.espalier.jinja;

/** What {@code joiner()} gives: nothing the first time it is called, its separator later. */
final class Joiner implements Function {
  private final Object separator;
  private boolean used;

  Joiner(Object separator) {
    this.separator = separator;
  }

  Object separator() {
    return separator;
  }

  boolean isUsed() {
    return used;
  }

  @Override
  public Object call(Rendering rendering, Arguments arguments) {
    Signature.of("").bind(arguments);
    Object text = used ? separator : "";
    used = true;
    return text;
  }
}
