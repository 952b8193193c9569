package dev.espalier.eval.twin;

import dev.espalier.eval.metric.ScoringException;
import dev.espalier.eval.python.FloatSums;
import dev.espalier.jinja.PythonText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Benchmarks that are others in further languages: MMLU-ProX, the translations of ARC, HellaSwag
 * and TruthfulQA (Okapi), of MMLU's questions alone, TMMLU+, AfriXNLI, ArabicMMLU; and the F1 score
 * of African ones.
 */
final class TranslatedTwins {
  private static final List<String> LETTERS = List.of("A", "B", "C", "D", "E", "F");
  private static final int PRO_OPTIONS = 10;

  private TranslatedTwins() {}

  static List<TwinModule> modules() {
    List<TwinModule> modules = new ArrayList<>();
    modules.add(
        TwinModule.of("mmlu_prox/*/utils.py", "15654ceec37ba196").family(TranslatedTwins::proX));
    modules.add(
        TwinModule.of("okapi/arc_multilingual/utils.py", "4b1a2ec706df3bb8")
            .documents(
                "process_docs",
                documents -> ChoiceTwins.each(documents, TranslatedTwins::okapiArc)));
    modules.add(
        TwinModule.of("okapi/truthfulqa_multilingual/utils.py", "112fee82277baf76")
            .results(
                "process_results_mc2",
                (document, answers) ->
                    Map.of("acc", ScoringTwins.trueMass(document.document(), answers)))
            .family(TranslatedTwins::okapiTruth));
    modules.add(
        TwinModule.of("mmlusr/*/utils.py", "e8c453e73dd09aae")
            .documents(
                "process_docs",
                documents -> ChoiceTwins.each(documents, TranslatedTwins::renamed)));
    modules.add(lettered("tmmluplus/default/utils.py", "32e605d2855fa95e", 4));
    modules.add(lettered("tmlu/default/utils.py", "3a4220d453a1e2db", LETTERS.size()));
    modules.add(
        labels(
            List.of("entailment", "neutral", "contradiction"),
            "3cc05c7e531d6245",
            "8f9fbe4c0a745f20",
            "efaccb5f7a27f49f"));
    modules.add(labels(List.of("True", "Neither", "False"), "22ee3533d50ee8ea"));
    modules.add(
        TwinModule.of("lm_eval/utils.py")
            .aggregation("weighted_f1_score", TranslatedTwins::weightedF1));
    modules.add(
        TwinModule.of("arabicmmlu/utils.py", "086ed0ef3e1a4137")
            .document("doc_to_text", TranslatedTwins::arabicText)
            .document("doc_to_choice", TranslatedTwins::arabicChoices));
    return modules;
  }

  /** The words of a language are read from the file beside its directory. */
  private static Optional<Object> proX(String function, String path, ModuleFiles files) {
    if (function.startsWith("process_") && !function.equals("process_docs")) {
      return SubjectTwins.named("category", SubjectTwins.PRO_SUBJECTS)
          .apply(function.substring("process_".length()))
          .map(twin -> twin);
    }
    boolean answers = function.equals("fewshot_to_text");
    if (!answers && !function.equals("doc_to_text")) {
      return Optional.empty();
    }
    String[] names = path.split("/");
    String language = names.length < 2 ? "" : names[names.length - 2];
    String above = String.join("/", List.of(names).subList(0, Math.max(0, names.length - 2)));
    return files
        .text(above + "/lang_libs.py")
        .flatMap(source -> words(source, language))
        .map(words -> (DocumentFunction) document -> proXText(document, words, answers));
  }

  private static Optional<List<String>> words(String source, String language) {
    return PythonConstants.read(source, "LANG_LIBS")
        .filter(Map.class::isInstance)
        .map(languages -> ((Map<?, ?>) languages).get(language))
        .filter(List.class::isInstance)
        .map(words -> ((List<?>) words).stream().map(PythonText::str).toList())
        .filter(words -> words.size() >= 5);
  }

  private static String proXText(
      Map<String, Object> document, List<String> words, boolean answers) {
    StringBuilder text = new StringBuilder(words.get(0) + "\n");
    text.append(Columns.text(document, "question")).append('\n').append(words.get(1)).append('\n');
    for (int i = 0; i < PRO_OPTIONS; i++) {
      if (Columns.any(document, "option_" + i) != null) {
        text.append((char) ('A' + i)).append(". ");
        text.append(Columns.written(document, "option_" + i)).append('\n');
      }
    }
    if (!answers) {
      return text.append(words.get(2)).toString();
    }
    String reasoning = Columns.text(document, "cot_content").replace(words.get(4), words.get(2));
    return text.append(reasoning).append("\n\n").toString();
  }

  /** The examples before each question are read from the file. */
  private static Optional<Object> okapiTruth(String function, String path, ModuleFiles files) {
    if (!function.equals("process_docs")) {
      return Optional.empty();
    }
    return files
        .text(path)
        .flatMap(source -> PythonConstants.text(source, "QA_PROMPT"))
        .map(
            examples ->
                (DocumentsFunction)
                    documents ->
                        ChoiceTwins.each(documents, document -> okapiTruth(document, examples)));
  }

  private static Map<String, Object> okapiTruth(Map<String, Object> document, String examples) {
    Object asked = Columns.any(document, "question");
    String question = asked == null ? " " : ChoiceTwins.cleaned(Columns.text(document, "question"));
    Map<String, Object> columns = new LinkedHashMap<>();
    columns.put("question", question);
    columns.put("query", examples + "\n\nQ: " + question + "\nA:");
    columns.put("mc1_choices", Columns.any(document, "mc1_targets_choices"));
    columns.put("mc2_choices", Columns.any(document, "mc2_targets_choices"));
    Map<String, Object> targets = new LinkedHashMap<>();
    targets.put("labels", Columns.any(document, "mc2_targets_labels"));
    columns.put("mc2_targets", targets);
    columns.put("gold", " ");
    return columns;
  }

  private static Map<String, Object> okapiArc(Map<String, Object> document) {
    Map<String, Object> columns = new LinkedHashMap<>();
    columns.put("id", Columns.any(document, "id"));
    columns.put(
        "query",
        "Question: " + ChoiceTwins.cleaned(Columns.text(document, "instruction")) + "\nAnswer:");
    List<String> choices = new ArrayList<>();
    for (char letter = 'a'; letter <= 'e'; letter++) {
      Object option = Columns.any(document, "option_" + letter);
      if (option instanceof String text && !text.isEmpty()) {
        choices.add(ChoiceTwins.cleaned(text));
      }
    }
    columns.put("choices", choices);
    columns.put(
        "gold", Columns.indexOf(LETTERS.subList(0, 5), Columns.text(document, "answer"), "answer"));
    return columns;
  }

  private static Map<String, Object> renamed(Map<String, Object> document) {
    List<Object> choices = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      Object choice = Columns.any(document, "choice" + i);
      choices.add(choice == null ? "" : choice);
    }
    Object answer = Columns.any(document, "answer");
    Map<String, Object> columns = new LinkedHashMap<>();
    columns.put("choices", choices);
    columns.put("answer", answer == null ? "" : PythonText.strip(Columns.text(document, "answer")));
    return columns;
  }

  /** Options in columns named by letters, of which the last ones may not be there. */
  private static TwinModule lettered(String path, String print, int most) {
    return TwinModule.of(path, print)
        .documents(
            "process_docs",
            documents ->
                ChoiceTwins.each(
                    documents,
                    document -> {
                      List<String> letters = new ArrayList<>(LETTERS.subList(0, 4));
                      for (String letter : LETTERS.subList(4, most)) {
                        Object option = document.get(letter);
                        if (option != null && !option.equals("")) {
                          letters.add(letter);
                        }
                      }
                      List<Object> choices = new ArrayList<>();
                      letters.forEach(letter -> choices.add(Columns.any(document, letter)));
                      Map<String, Object> columns = new LinkedHashMap<>();
                      columns.put("questions", Columns.any(document, "question"));
                      columns.put("choices", choices);
                      columns.put(
                          "goal",
                          Columns.indexOf(letters, Columns.text(document, "answer"), "answer"));
                      return columns;
                    }));
  }

  private static TwinModule labels(List<String> words, String... prints) {
    return TwinModule.of(List.of(), prints)
        .document(
            "doc_to_target",
            document -> Columns.item(words, Columns.whole(document, "label"), "label"));
  }

  /** The mean of the F1 scores of all labels, each counted as often as it is the right one. */
  private static Double weightedF1(List<Object> pairs) {
    Set<Object> labels = new LinkedHashSet<>();
    for (Object pair : pairs) {
      if (!(pair instanceof List<?> both) || both.size() != 2) {
        throw new ScoringException("a value is no pair of labels");
      }
      labels.addAll(both);
    }
    List<Object> sorted = new ArrayList<>(labels);
    sorted.sort(
        (a, b) ->
            a instanceof Number x && b instanceof Number y
                ? Double.compare(x.doubleValue(), y.doubleValue())
                : PythonText.str(a).compareTo(PythonText.str(b)));
    double[] weighted = new double[sorted.size()];
    double[] weights = new double[sorted.size()];
    for (int i = 0; i < weighted.length; i++) {
      long both = 0;
      long gold = 0;
      long predicted = 0;
      for (Object pair : pairs) {
        boolean isGold = ((List<?>) pair).get(0).equals(sorted.get(i));
        boolean isPredicted = ((List<?>) pair).get(1).equals(sorted.get(i));
        both += isGold && isPredicted ? 1 : 0;
        gold += isGold ? 1 : 0;
        predicted += isPredicted ? 1 : 0;
      }
      weights[i] = gold;
      weighted[i] = 2.0 * both / (gold + predicted) * gold;
    }
    return FloatSums.pairwiseSum(weighted) / FloatSums.pairwiseSum(weights);
  }

  private static boolean isThere(Map<String, Object> document, String column) {
    Object value = Columns.any(document, column);
    return value != null && !value.equals("");
  }

  private static String arabicText(Map<String, Object> document) {
    Map<String, String> levels =
        Map.of(
            "Primary", "primary school",
            "Middle", "middle school",
            "High", "high school",
            "Univ", "university",
            "Prof", "professional");
    String level = "";
    if (isThere(document, "Level")) {
      String known = levels.get(Columns.text(document, "Level"));
      if (known == null) {
        throw new TwinException("the column `Level` is none of " + levels.keySet());
      }
      level = " for " + known;
    }
    String country = isThere(document, "Country") ? " in " + Columns.text(document, "Country") : "";
    String question =
        (isThere(document, "Context") ? Columns.written(document, "Context") + "\n\n" : "")
            + Columns.written(document, "Question");
    List<String> options = new ArrayList<>();
    for (int i = 1; i <= 5 && isThere(document, "Option " + i); i++) {
      options.add(LETTERS.get(i - 1) + ". " + Columns.written(document, "Option " + i));
    }
    return "This is a "
        + Columns.written(document, "Subject")
        + " question"
        + level
        + country
        + ". Select the correct answer!\n\nQuestion: "
        + question
        + "\n"
        + String.join("\n", options)
        + "\n\nAnswer:";
  }

  private static List<String> arabicChoices(Map<String, Object> document) {
    List<String> choices = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      if (isThere(document, "Option " + i)) {
        choices.add(LETTERS.get(i - 1));
      }
    }
    return choices;
  }
}
