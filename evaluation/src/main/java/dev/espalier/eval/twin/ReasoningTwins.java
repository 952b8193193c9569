package dev.espalier.eval.twin;

import dev.espalier.eval.python.PythonLiteral;
import dev.espalier.jinja.PythonText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** MMLU-Pro in both of its forms, and MuSR. */
final class ReasoningTwins {
  private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final int MOST_OPTIONS = 10;
  private static final String STEPS = "Let's think step by step.";

  private ReasoningTwins() {}

  static List<TwinModule> modules() {
    List<TwinModule> modules = new ArrayList<>();
    TwinModule pro =
        TwinModule.of("mmlu_pro/utils.py", "036a8e2760149750")
            .document("doc_to_text", ReasoningTwins::proText)
            .document("fewshot_to_text", ReasoningTwins::proText)
            .document(
                "fewshot_to_target",
                document -> Columns.text(document, "cot_content").replace("A: " + STEPS + " ", ""));
    for (String subject : SubjectTwins.PRO_SUBJECTS) {
      pro.documents("process_" + subject.replace(' ', '_'), SubjectTwins.only("category", subject));
    }
    modules.add(pro);
    modules.add(
        TwinModule.of("leaderboard/mmlu_pro/utils.py", "d957524af495dd90")
            .document("doc_to_text", ReasoningTwins::leaderboardText)
            .document("doc_to_choice", ReasoningTwins::leaderboardChoices));
    modules.add(
        TwinModule.of("musr/utils.py", "4b53bce5aec5ceba")
            .document("doc_to_text", ReasoningTwins::musrText)
            .document("doc_to_choice", ReasoningTwins::musrChoices));
    return modules;
  }

  private static String proText(Map<String, Object> document) {
    StringBuilder text =
        new StringBuilder("Question:\n" + Columns.text(document, "question") + "\nOptions:\n");
    List<String> options = Columns.texts(document, "options");
    for (int i = 0; i < Math.min(options.size(), MOST_OPTIONS); i++) {
      text.append(LETTERS.charAt(i)).append(". ").append(PythonText.strip(options.get(i)));
      text.append('\n');
    }
    return text.append("Answer: " + STEPS).toString();
  }

  private static List<?> leaderboardOptions(Map<String, Object> document) {
    List<?> options = Columns.list(document, "options");
    if (options.size() > LETTERS.length()) {
      throw new TwinException("the column `options` has " + options.size() + " items");
    }
    return options;
  }

  private static String leaderboardText(Map<String, Object> document) {
    StringBuilder text = new StringBuilder(Columns.written(document, "question") + "\n");
    List<?> options = leaderboardOptions(document);
    for (int i = 0; i < options.size(); i++) {
      text.append(LETTERS.charAt(i)).append(". ").append(PythonText.str(options.get(i)));
      text.append('\n');
    }
    return text.append("Answer:").toString();
  }

  private static List<String> leaderboardChoices(Map<String, Object> document) {
    int count = leaderboardOptions(document).size();
    return LETTERS.substring(0, count).chars().mapToObj(Character::toString).toList();
  }

  private static List<?> musrChoices(Map<String, Object> document) {
    try {
      if (PythonLiteral.read(Columns.text(document, "choices")) instanceof List<?> choices) {
        return choices;
      }
      throw new TwinException("the column `choices` is no list");
    } catch (IllegalArgumentException e) {
      throw new TwinException("the column `choices` is no list: " + e.getMessage());
    }
  }

  private static String musrText(Map<String, Object> document) {
    StringBuilder choices = new StringBuilder();
    int number = 1;
    for (Object choice : musrChoices(document)) {
      choices.append(number++).append(" - ").append(PythonText.str(choice)).append('\n');
    }
    return Columns.written(document, "narrative")
        + "\n\n"
        + Columns.written(document, "question")
        + "\n\n"
        + choices
        + "\nAnswer:";
  }
}
