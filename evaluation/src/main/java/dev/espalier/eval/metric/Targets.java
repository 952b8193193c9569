package dev.espalier.eval.metric;

import dev.espalier.eval.TaskDocument;
import dev.espalier.jinja.PythonText;
import java.util.ArrayList;
import java.util.List;

/** A document's targets and answers as texts, for metrics beside those of the harness. */
final class Targets {
  private Targets() {}

  /** All targets; an index is that of a choice. */
  static List<String> of(TaskDocument document) {
    List<String> targets = new ArrayList<>();
    for (Object target :
        document.target() instanceof List<?> list ? list : List.of(document.target())) {
      boolean isIndex =
          target instanceof Long index && index >= 0 && index < document.choices().size();
      targets.add(
          isIndex ? document.choices().get(((Long) target).intValue()) : PythonText.str(target));
    }
    return targets;
  }

  /** The one answer to the first request. */
  static String answer(List<Object> answers, String metric) {
    Object answer =
        answers.get(0) instanceof List<?> list && list.size() == 1 ? list.get(0) : answers.get(0);
    return Answers.text(answer, metric);
  }

  /** The answers of all repeats to the first request. */
  static List<String> answers(List<Object> answers, String metric) {
    if (!(answers.get(0) instanceof List<?> list)) {
      throw new ScoringException(
          metric + " needs the answers of all repeats; give it a filter of take_first_k");
    }
    List<String> texts = new ArrayList<>();
    list.forEach(answer -> texts.add(Answers.text(answer, metric)));
    return texts;
  }
}
