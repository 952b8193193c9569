package dev.espalier.eval.metric;

import dev.espalier.eval.Response;
import dev.espalier.jinja.PythonText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A model's answers as values of Python, and what Python makes of them. */
final class Answers {
  private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]+(?:_[0-9]+)*");
  private static final Pattern FLOAT =
      Pattern.compile("[-+]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][-+]?[0-9]+)?");

  private Answers() {}

  /** What stands for a response among answers. */
  static Object value(Response response) {
    if (response instanceof Response.Text text) {
      return text.text();
    }
    if (response instanceof Response.RollingLoglikelihood rolling) {
      return rolling.sum();
    }
    return response;
  }

  /** The items over which Python iterates: of a text its characters. */
  static List<Object> items(Object answer) {
    if (answer instanceof List<?> list) {
      return new ArrayList<>(list);
    }
    if (answer instanceof String text) {
      List<Object> characters = new ArrayList<>();
      text.codePoints().forEach(c -> characters.add(Character.toString(c)));
      return characters;
    }
    if (answer instanceof Response.Loglikelihood choice) {
      return List.of(choice.sum(), choice.greedy());
    }
    throw new ScoringException(
        "a filter takes the answers of all repeats, and an earlier one has left "
            + kind(answer)
            + "; put take_first last");
  }

  static String text(Object answer, String taker) {
    if (answer instanceof String text) {
      return text;
    }
    throw new ScoringException(taker + " takes a text, and the answer is " + kind(answer));
  }

  /** What a value is, for a message. */
  static String kind(Object value) {
    if (value == null) {
      return "null";
    }
    if (value instanceof String) {
      return "a text";
    }
    if (value instanceof List<?> list) {
      return "a list of " + list.size();
    }
    if (value instanceof Response.Loglikelihood) {
      return "a log-probability";
    }
    return value instanceof Boolean ? "true or false" : "the number " + value;
  }

  /**
   * A target as a value of an answer's kind, as {@code type(answer)(target)} of Python's; what that
   * cannot be stays, and is no answer.
   */
  static Object ofKind(Object answer, Object target) {
    if (answer instanceof String) {
      return PythonText.str(target);
    } else if (answer instanceof Boolean) {
      return isTrue(target);
    } else if (answer instanceof Number && target instanceof String text) {
      return read(PythonText.strip(text), answer instanceof Double ? FLOAT : WHOLE);
    } else if (answer instanceof Long && target instanceof Double number) {
      return (double) number.longValue();
    }
    return target;
  }

  private static boolean isTrue(Object value) {
    if (value instanceof String text) {
      return !text.isEmpty();
    } else if (value instanceof Collection<?> items) {
      return !items.isEmpty();
    } else if (value instanceof Map<?, ?> fields) {
      return !fields.isEmpty();
    }
    return value != null && number(value) != 0;
  }

  private static Object read(String text, Pattern form) {
    return form.matcher(text).matches() ? (Object) Double.valueOf(text.replace("_", "")) : text;
  }

  /** A number as a float; true is 1. */
  static double number(Object value) {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    if (value instanceof Boolean flag) {
      return flag ? 1 : 0;
    }
    throw new ScoringException("a number is needed, not " + kind(value));
  }

  static double[] numbers(List<?> values) {
    double[] numbers = new double[values.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = number(values.get(i));
    }
    return numbers;
  }
}
