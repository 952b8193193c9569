package dev.espalier.eval.metric;

import dev.espalier.jinja.PythonPattern;
import dev.espalier.jinja.PythonText;
import java.util.List;
import java.util.Map;

/** {@code regex}: of each answer the match that is chosen, or a fallback. */
final class RegexFilter implements Filter {
  static final String PATTERN = "#### (\\-?[0-9\\.\\,]+)";
  static final String FALLBACK = "[invalid]";

  private final PythonPattern pattern;
  private final int chosen;
  private final Object fallback;

  RegexFilter(NamedArguments arguments) {
    this.pattern = PythonPattern.compile(arguments.text("regex_pattern", PATTERN));
    this.chosen = arguments.integer("group_select", 0);
    this.fallback = arguments.value("fallback", FALLBACK);
  }

  @Override
  public List<Object> apply(List<Object> answers, List<Map<String, Object>> documents) {
    return Filters.eachAnswer(this::match).apply(answers, documents);
  }

  private Object match(Object answer) {
    Object match = chosen(pattern.findall(answer instanceof String text ? text : ""), chosen);
    if (match == null || (match instanceof List<?> groups && firstNonEmpty(groups) == null)) {
      return match == null || !(fallback instanceof String text)
          ? fallback
          : PythonText.strip(text);
    }
    return PythonText.strip(
        match instanceof List<?> groups ? firstNonEmpty(groups) : (String) match);
  }

  /** The match at an index, which counts from the end if negative; null if there is none. */
  static Object chosen(List<Object> matches, int index) {
    int at = index < 0 ? matches.size() + index : index;
    return at < 0 || at >= matches.size() ? null : matches.get(at);
  }

  static String firstNonEmpty(List<?> groups) {
    for (Object group : groups) {
      if (!((String) group).isEmpty()) {
        return (String) group;
      }
    }
    return null;
  }
}
