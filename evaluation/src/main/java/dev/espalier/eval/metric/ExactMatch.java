package dev.espalier.eval.metric;

import dev.espalier.jinja.PythonPattern;
import dev.espalier.jinja.PythonText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** {@code exact_match}: the share of answers that are their targets, once both are cleaned. */
final class ExactMatch implements MetricFunction {
  private static final String PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
  private static final String DIGITS = "0123456789";

  private final List<PythonPattern> ignored = new ArrayList<>();
  private final boolean ignoresCase;
  private final boolean ignoresPunctuation;
  private final boolean ignoresNumbers;

  private ExactMatch(NamedArguments given) {
    for (String pattern : given.texts("regexes_to_ignore")) {
      ignored.add(PythonPattern.compile(pattern));
    }
    this.ignoresCase = given.flag("ignore_case");
    this.ignoresPunctuation = given.flag("ignore_punctuation");
    this.ignoresNumbers = given.flag("ignore_numbers");
  }

  /**
   * The metric with these arguments.
   *
   * @throws IllegalArgumentException if one of them is none of its own
   */
  static ExactMatch of(Map<String, Object> arguments) {
    NamedArguments given = new NamedArguments("exact_match", arguments);
    ExactMatch match = new ExactMatch(given);
    given.refuseOthers();
    return match;
  }

  /** With its arguments among those of another metric. */
  static ExactMatch among(NamedArguments arguments) {
    return new ExactMatch(arguments);
  }

  boolean isMatch(String reference, String prediction) {
    return share(List.of(reference), List.of(prediction)) > 0;
  }

  @Override
  public Object value(
      List<Object> references, List<Object> predictions, Map<String, Object> arguments) {
    return share(references, predictions);
  }

  /** The share of equal pairs; an answer that is a list is compared item by item. */
  double share(List<Object> references, List<Object> predictions) {
    List<Object> expected = new ArrayList<>();
    List<Object> given = new ArrayList<>();
    for (int i = 0; i < references.size(); i++) {
      for (Object answer :
          predictions.get(i) instanceof List<?> list
              ? list
              : Collections.singletonList(predictions.get(i))) {
        expected.add(references.get(i));
        given.add(answer);
      }
    }
    List<Object> left = cleaned(array(expected));
    List<Object> right = cleaned(array(given));
    int equal = 0;
    for (int i = 0; i < left.size(); i++) {
      equal += Objects.equals(left.get(i), right.get(i)) ? 1 : 0;
    }
    return (double) equal / left.size();
  }

  /** As numpy makes an array of them: if one is a text, all are, unless one is nothing. */
  private static List<Object> array(List<Object> values) {
    if (values.contains(null)) {
      return values;
    }
    if (values.stream().noneMatch(String.class::isInstance)) {
      return values.stream().<Object>map(Answers::number).toList();
    }
    return values.stream().<Object>map(PythonText::str).toList();
  }

  private List<Object> cleaned(List<Object> values) {
    if (!values.stream().allMatch(String.class::isInstance)) {
      if (ignored.isEmpty() && !ignoresCase && !ignoresPunctuation && !ignoresNumbers) {
        return values;
      }
      throw new ScoringException("exact_match cleans texts, and a value is none");
    }
    List<String> texts = new ArrayList<>();
    for (Object value : values) {
      String text = (String) value;
      for (PythonPattern pattern : ignored) {
        text = pattern.sub("", text);
      }
      texts.add(text);
    }
    if (ignoresCase) {
      texts = lower(texts);
    }
    List<Object> cleaned = new ArrayList<>();
    for (String text : texts) {
      String left = ignoresPunctuation ? without(text, PUNCTUATION) : text;
      cleaned.add(withoutNulsAtTheEnd(ignoresNumbers ? without(left, DIGITS) : left));
    }
    return cleaned;
  }

  /** In lower case, cut to the longest text's length before: numpy's texts keep their width. */
  private static List<String> lower(List<String> texts) {
    int width = 0;
    for (String text : texts) {
      width = Math.max(width, PythonText.length(withoutNulsAtTheEnd(text)));
    }
    List<String> lower = new ArrayList<>();
    for (String text : texts) {
      String changed = PythonText.lower(text);
      boolean fits = changed.codePointCount(0, changed.length()) <= width;
      lower.add(fits ? changed : changed.substring(0, changed.offsetByCodePoints(0, width)));
    }
    return lower;
  }

  private static String without(String text, String characters) {
    StringBuilder left = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (characters.indexOf(c) < 0) {
        left.append(c);
      }
    }
    return left.toString();
  }

  /** numpy pads texts with NUL, and cannot tell those that were there. */
  private static String withoutNulsAtTheEnd(String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == 0) {
      end--;
    }
    return text.substring(0, end);
  }
}
