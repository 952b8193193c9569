package dev.espalier.eval.twin;

import dev.espalier.eval.TaskDocument;
import dev.espalier.jinja.PythonPattern;
import dev.espalier.jinja.PythonText;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tells whether two mathematical answers are the same but for how they are written in LaTeX. */
final class AgiEvalMath {
  private static final PythonPattern DOLLARS = PythonPattern.compile("\\$(.*)\\$");
  private static final PythonPattern NUMBER =
      PythonPattern.compile("(?:\\$)?\\d+(?:\\.\\d+)?(?![\\w\\d])");

  /** A text that the rules cannot be applied to. */
  private static final class OddException extends RuntimeException {
    private static final long serialVersionUID = 1;

    OddException() {
      super("odd", null, false, false);
    }
  }

  private AgiEvalMath() {}

  static Map<String, Object> values(TaskDocument document, List<Object> answers) {
    Object gold = Columns.any(document.document(), "answer");
    return Map.of("acc", areEqual(text(answers.get(0)), text(gold)) ? 1L : 0L);
  }

  private static String text(Object value) {
    return value instanceof String text ? text : null;
  }

  private static boolean areEqual(String answer, String gold) {
    if (answer == null || gold == null) {
      return answer == null && gold == null;
    }
    Optional<String> first = answer(answer);
    Optional<String> second = answer(gold);
    try {
      return stripped(first.orElseThrow(OddException::new))
          .equals(stripped(second.orElseThrow(OddException::new)));
    } catch (OddException e) {
      return first.equals(second);
    }
  }

  /** The part of a text that answers: what is boxed, or between dollars, or the last number. */
  private static Optional<String> answer(String text) {
    if (text.contains("\\boxed")) {
      return boxed(text).flatMap(AgiEvalMath::unboxed);
    }
    List<Object> formulas = DOLLARS.findall(text);
    if (!formulas.isEmpty()) {
      String last = behindEquals((String) formulas.get(formulas.size() - 1));
      if (!last.isEmpty()) {
        return Optional.of(last);
      }
    }
    if (text.contains("=")) {
      String last = behindEquals(text);
      while (last.endsWith(".")) {
        last = last.substring(0, last.length() - 1);
      }
      int line = last.indexOf("\\n");
      return Optional.of(line < 0 ? last : last.substring(0, line));
    }
    List<Object> numbers = NUMBER.findall(text);
    return numbers.isEmpty()
        ? Optional.empty()
        : Optional.of((String) numbers.get(numbers.size() - 1));
  }

  /** What follows the last sign of equality, without blanks before it; all if there is none. */
  private static String behindEquals(String text) {
    int at = text.lastIndexOf('=');
    if (at < 0) {
      return text;
    }
    int start = at + 1;
    while (start < text.length() && text.charAt(start) == ' ') {
      start++;
    }
    return text.substring(start);
  }

  private static Optional<String> boxed(String text) {
    int start = text.lastIndexOf("\\boxed");
    start = start < 0 ? text.lastIndexOf("\\fbox") : start;
    int open = 0;
    for (int i = Math.max(0, start); i < text.length(); i++) {
      if (text.charAt(i) == '{') {
        open++;
      } else if (text.charAt(i) == '}' && --open == 0) {
        return Optional.of(text.substring(start, i + 1));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> unboxed(String boxed) {
    String before = "\\boxed{";
    if (!boxed.startsWith(before) || !boxed.endsWith("}")) {
      return Optional.empty();
    }
    return Optional.of(behindEquals(boxed.substring(before.length(), boxed.length() - 1)));
  }

  private static String stripped(String answer) {
    String text =
        answer
            .replace("\n", "")
            .replace("\\!", "")
            .replace("\\\\", "\\")
            .replace("tfrac", "frac")
            .replace("dfrac", "frac")
            .replace("\\left", "")
            .replace("\\right", "")
            .replace("^{\\circ}", "")
            .replace("^\\circ", "")
            .replace("\\$", "");
    text = withoutUnits(text).replace("\\%", "").replace(" .", " 0.").replace("{.", "{0.");
    if (text.isEmpty()) {
      return text;
    }
    text = text.startsWith(".") ? "0" + text : text;
    String[] sides = text.split("=", -1);
    if (sides.length == 2 && PythonText.length(sides[0]) <= 2) {
      text = sides[1];
    }
    text = fractions(roots(text).replace(" ", ""));
    return slashes(text.equals("0.5") ? "\\frac{1}{2}" : text);
  }

  private static String withoutUnits(String text) {
    String[] parts = text.split("\\\\text\\{ ", -1);
    if (parts.length > 2) {
      throw new OddException();
    }
    return parts[0];
  }

  private static String roots(String text) {
    String[] parts = text.split("\\\\sqrt", -1);
    StringBuilder out = new StringBuilder(parts[0]);
    for (int i = 1; i < parts.length; i++) {
      if (parts[i].isEmpty()) {
        throw new OddException();
      }
      out.append("\\sqrt");
      int second = parts[i].offsetByCodePoints(0, 1);
      out.append(
          parts[i].startsWith("{")
              ? parts[i]
              : "{" + parts[i].substring(0, second) + "}" + parts[i].substring(second));
    }
    return out.toString();
  }

  private static String fractions(String text) {
    String[] parts = text.split("\\\\frac", -1);
    StringBuilder out = new StringBuilder(parts[0]);
    for (int i = 1; i < parts.length; i++) {
      String part = parts[i];
      out.append("\\frac");
      if (part.isEmpty()) {
        throw new OddException();
      }
      if (part.startsWith("{")) {
        out.append(part);
        continue;
      }
      if (PythonText.length(part) < 2) {
        return text;
      }
      int second = part.offsetByCodePoints(0, 1);
      int third = part.offsetByCodePoints(second, 1);
      out.append('{').append(part, 0, second).append('}');
      String below = part.substring(second, third);
      out.append(below.equals("{") ? below : "{" + below + "}").append(part.substring(third));
    }
    return out.toString();
  }

  private static String slashes(String text) {
    String[] parts = text.split("/", -1);
    boolean isFraction = parts.length == 2 && parts[0].matches(WHOLE) && parts[1].matches(WHOLE);
    return isFraction ? "\\frac{" + parts[0] + "}{" + parts[1] + "}" : text;
  }

  /** As Python prints it again. */
  private static final String WHOLE = "0|-?[1-9][0-9]*";
}
