package dev.espalier.jinja;

/**
 * How far one rendering may go. All three are counted, never timed, so that a template meets a
 * limit at the same place on every machine; what would pass a limit is refused before it is built.
 *
 * @param steps nodes evaluated, items visited and characters copied, the last in units of 16
 * @param characters of any text that is built, the output among them
 * @param nesting calls of macros and recursive loops inside each other, and lists and maps inside
 *     each other; parentheses and blocks inside each other when a template is compiled
 */
public record TemplateLimits(long steps, long characters, int nesting) {
  /** A template that meets one of these does so within a second. */
  public static final TemplateLimits DEFAULT = new TemplateLimits(1_000_000, 4_000_000, 100);

  public TemplateLimits {
    if (steps < 1 || characters < 1 || nesting < 1) {
      throw new IllegalArgumentException("a limit is below 1");
    }
  }
}
