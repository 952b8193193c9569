package dev.espalier.eval.task;

import dev.espalier.jinja.PythonText;

/**
 * A part of a prompt.
 *
 * @param role {@code system}, {@code user} or {@code assistant}
 * @param delimiter stands behind the content in plain text
 */
record Turn(String role, String content, String delimiter) {

  /** Both texts, with the delimiter between them unless one is empty or has white space there. */
  static String joined(String before, String behind, String delimiter) {
    if (before.isEmpty() || behind.isEmpty()) {
      return before + behind;
    }
    return needDelimiter(before, behind) ? before + delimiter + behind : before + behind;
  }

  /** Whether neither text has white space where they meet. */
  static boolean needDelimiter(String before, String behind) {
    return !before.isEmpty()
        && !endsWithSpace(before)
        && !PythonText.isSpace(behind.codePointAt(0));
  }

  static boolean endsWithSpace(String text) {
    return !text.isEmpty() && PythonText.isSpace(text.codePointBefore(text.length()));
  }
}
