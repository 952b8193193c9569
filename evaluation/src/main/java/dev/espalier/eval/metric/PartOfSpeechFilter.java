package dev.espalier.eval.metric;

import dev.espalier.jinja.PythonPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code regex_pos}: the tags of an answer that lists pairs of a word and its part of speech. */
final class PartOfSpeechFilter implements Filter {
  private static final PythonPattern PAIR = PythonPattern.compile("\\('([^']*)', '([^']*)'\\)");

  private final Object fallback;

  PartOfSpeechFilter(NamedArguments arguments) {
    // The harness compiles the pattern and never uses it.
    PythonPattern.compile(arguments.text("regex_pattern", "\\['(.*?)'\\]"));
    arguments.value("group_select");
    Object given = arguments.value("fallback");
    this.fallback = given == null ? List.of("invalid") : given;
  }

  @Override
  public List<Object> apply(List<Object> answers, List<Map<String, Object>> documents) {
    return Filters.eachAnswer(this::tags).apply(answers, documents);
  }

  private Object tags(Object answer) {
    List<Object> tags = new ArrayList<>();
    for (Object pair : pairs(answer)) {
      if (!(pair instanceof List<?> both) || both.size() != 2) {
        throw new ScoringException("regex_pos takes a text or a list of pairs");
      }
      tags.add(both.get(1));
    }
    return tags.isEmpty() ? fallback : tags;
  }

  private static List<Object> pairs(Object answer) {
    return answer instanceof String text ? PAIR.findall(text) : Answers.items(answer);
  }
}
