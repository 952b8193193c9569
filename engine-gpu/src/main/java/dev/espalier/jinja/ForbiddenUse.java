package dev.espalier.jinja;

/**
 * A place where a template reads an attribute that the sandbox keeps from it, whatever the value
 * before it is, such as {@code __class__}: evaluating it is an error.
 *
 * @param name of the attribute
 * @param line of the expression, from 1
 * @param column of the expression in code points, from 1
 */
public record ForbiddenUse(String name, int line, int column) {

  /** What is wrong. */
  public String reason() {
    return reason(name);
  }

  static String reason(String name) {
    return "templates may not use '" + name + "'";
  }
}
