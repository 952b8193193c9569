package dev.espalier.jinja;

/**
 * The value of a name that has none. It prints nothing, is false and empty; anything else that is
 * done with it is an error.
 *
 * @param name how the template calls it
 */
record Undefined(String name) {
  static Undefined named(String name) {
    return new Undefined(name);
  }

  JinjaException error() {
    return new JinjaException(
        JinjaException.Kind.UNDEFINED, "'" + name + "' is undefined", name, 0, 0);
  }
}
