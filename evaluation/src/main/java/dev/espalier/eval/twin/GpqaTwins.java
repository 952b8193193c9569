package dev.espalier.eval.twin;

import dev.espalier.eval.python.PythonRandom;
import dev.espalier.jinja.PythonPattern;
import dev.espalier.jinja.PythonText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** GPQA, whose choices are put into a random order. */
final class GpqaTwins {
  private static final PythonPattern BRACKETS = PythonPattern.compile("\\[.*?\\]");

  private GpqaTwins() {}

  static List<TwinModule> modules() {
    return List.of(
        TwinModule.of("gpqa/zeroshot/utils.py", "b0899ba6b9043cad")
            .documents(
                "process_docs", documents -> shuffled(documents, 0, false, GpqaTwins::plain)),
        TwinModule.of("gpqa/n_shot/utils.py", "a3dc4946e0ba408b")
            .documents(
                "process_docs", documents -> shuffled(documents, 42, false, GpqaTwins::plain)),
        TwinModule.of(
                List.of(
                    "gpqa/generative/utils.py",
                    "gpqa/cot_zeroshot/utils.py",
                    "gpqa/cot_n_shot/utils.py"),
                "a03ff7acf81176c6")
            .documents("process_docs", documents -> shuffled(documents, 0, true, GpqaTwins::plain)),
        TwinModule.of("leaderboard/gpqa/utils.py", "890551064dea0d6b")
            .documents(
                "process_docs",
                documents ->
                    shuffled(
                        documents,
                        0,
                        false,
                        text ->
                            BRACKETS
                                .sub("", PythonText.strip(text).replace(" [title]", ". "))
                                .replace("  ", " "))));
  }

  private static String plain(String text) {
    return PythonText.strip(text).replace(" [title]", ". ").replace("  ", " ");
  }

  /**
   * @param seed of the random numbers that order the choices, one stream over all documents
   * @param lists whether the choices are also a column of their own
   */
  private static List<Map<String, Object>> shuffled(
      List<Map<String, Object>> documents,
      long seed,
      boolean lists,
      UnaryOperator<String> cleaned) {
    PythonRandom random = new PythonRandom(seed);
    return ChoiceTwins.each(
        documents,
        document -> {
          String right = answer(document, "Correct Answer", cleaned);
          List<Object> choices = new ArrayList<>();
          for (int i = 1; i <= 3; i++) {
            choices.add(answer(document, "Incorrect Answer " + i, cleaned));
          }
          choices.add(right);
          random.shuffle(choices);
          Map<String, Object> columns = new LinkedHashMap<>();
          for (int i = 0; i < choices.size(); i++) {
            columns.put("choice" + (i + 1), choices.get(i));
          }
          if (lists) {
            columns.put("choices", List.copyOf(choices));
          }
          columns.put("answer", "(" + (char) ('A' + choices.indexOf(right)) + ")");
          return columns;
        });
  }

  private static String answer(
      Map<String, Object> document, String column, UnaryOperator<String> cleaned) {
    Object value = Columns.any(document, column);
    return value == null ? " " : cleaned.apply(Columns.text(document, column));
  }
}
