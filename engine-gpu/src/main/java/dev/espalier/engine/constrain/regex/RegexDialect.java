package dev.espalier.engine.constrain.regex;

/** What differs between the regular expressions of programming languages. */
public enum RegexDialect {
  /**
   * What Java, Python and RE2 agree on. {@code \s} is ASCII; {@code .} is all but line feed; POSIX
   * names such as {@code \p{Alpha}} are ASCII.
   */
  STANDARD,
  /**
   * ECMA-262 with the flag {@code u}, as JSON Schema asks for. {@code \s} has the Unicode spaces;
   * {@code .} is all but the four line ends; {@code [} stands for itself in a class.
   */
  ECMA_262
}
