package dev.espalier.jinja;

/**
 * A method that templates may call on a value.
 *
 * @param signature null if the body reads its arguments itself
 */
record Method(Signature signature, Body body) {
  /** What a method does with the value that it is called on. */
  interface Body {
    Object call(Object self, Given given, Rendering rendering);
  }

  static Method of(String parameters, Body body) {
    return new Method(Signature.of(parameters), body);
  }

  Function bound(Object self) {
    return (rendering, arguments) -> body.call(self, signature.bind(arguments), rendering);
  }
}
