package dev.espalier.eval.twin;

import dev.espalier.eval.python.PythonLiteral;
import dev.espalier.jinja.PythonPattern;
import dev.espalier.jinja.PythonText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** RACE, COPA, XCOPA, LogiQA, HellaSwag, WinoGrande, XWinograd and MedMCQA. */
final class ChoiceTwins {
  private static final List<String> LETTERS = List.of("A", "B", "C", "D");
  private static final PythonPattern BRACKETS = PythonPattern.compile("\\[.*?\\]");

  private ChoiceTwins() {}

  static List<TwinModule> modules() {
    List<TwinModule> modules = new ArrayList<>();
    modules.add(
        TwinModule.of("race/preprocess_race.py", "8cf7d0e5052f649d")
            .document("doc_to_text", ChoiceTwins::raceText)
            .document("doc_to_choice", document -> raceOptions(raceLast(document)))
            .document("doc_to_target", document -> raceAnswer(raceLast(document))));
    modules.add(
        TwinModule.of("copa/utils.py", "f747fc5540d72651")
            .document("doc_to_text", document -> cause(document, "because", "therefore"))
            .document("doc_to_target", ChoiceTwins::copaTarget)
            .document(
                "doc_to_choice",
                document -> {
                  List<String> choices = copaChoices(document);
                  return List.of(" " + choices.get(0), " " + choices.get(1));
                }));
    modules.add(xcopa());
    modules.add(
        TwinModule.of("logiqa/utils_logiqa.py", "86fc1442e6f06a3f")
            .document("doc_to_text", ChoiceTwins::logiqaText)
            .document(
                "doc_to_target",
                document ->
                    Columns.indexOf(
                        List.of("a", "b", "c", "d"),
                        PythonText.strip(Columns.text(document, "label")),
                        "label")));
    modules.add(
        TwinModule.of("hellaswag/utils.py", "603cb79743c03b07")
            .documents("process_docs", documents -> each(documents, ChoiceTwins::hellaswag)));
    modules.add(schema("winogrande/preprocess_winogrande.py", "31908a46f09319a6"));
    modules.add(schema("xwinograd/utils.py", "bd3500c0704b4c58"));
    modules.add(
        TwinModule.of("medmcqa/utils_medmcqa.py", "bba27c6a69692303")
            .document("doc_to_text", ChoiceTwins::medmcqaText));
    return modules;
  }

  /** Maps each document; columns that are new come behind the others. */
  static List<Map<String, Object>> each(
      List<Map<String, Object>> documents,
      java.util.function.Function<Map<String, Object>, Map<String, Object>> columns) {
    List<Map<String, Object>> mapped = new ArrayList<>();
    for (Map<String, Object> document : documents) {
      Map<String, Object> copy = new LinkedHashMap<>(document);
      copy.putAll(columns.apply(document));
      mapped.add(copy);
    }
    return mapped;
  }

  private static List<Map<String, Object>> raceProblems(Map<String, Object> document) {
    List<Map<String, Object>> problems = new ArrayList<>();
    try {
      if (PythonLiteral.read(Columns.text(document, "problems")) instanceof List<?> list) {
        for (Object item : list) {
          Map<String, Object> problem = new LinkedHashMap<>();
          if (item instanceof Map<?, ?> map) {
            map.forEach((name, value) -> problem.put(String.valueOf(name), value));
          }
          problems.add(problem);
        }
      }
    } catch (IllegalArgumentException e) {
      throw new TwinException("the column `problems` is no list: " + e.getMessage());
    }
    if (problems.isEmpty()) {
      throw new TwinException("the column `problems` has no problem");
    }
    return problems;
  }

  private static Map<String, Object> raceLast(Map<String, Object> document) {
    List<Map<String, Object>> problems = raceProblems(document);
    return problems.get(problems.size() - 1);
  }

  private static long raceAnswer(Map<String, Object> problem) {
    return Columns.indexOf(LETTERS, Columns.text(problem, "answer"), "answer");
  }

  private static List<String> raceOptions(Map<String, Object> problem) {
    List<String> options = Columns.texts(problem, "options");
    Columns.item(options, LETTERS.size() - 1L, "options");
    return options.subList(0, LETTERS.size());
  }

  private static String raceText(Map<String, Object> document) {
    StringBuilder text =
        new StringBuilder("Article: " + Columns.text(document, "article") + "\n\n");
    List<Map<String, Object>> problems = raceProblems(document);
    for (Map<String, Object> problem : problems.subList(0, problems.size() - 1)) {
      String question = Columns.text(problem, "question");
      String answer =
          Columns.item(Columns.texts(problem, "options"), raceAnswer(problem), "answer");
      if (question.endsWith("  _  .")) {
        text.append(question, 0, question.length() - 5).append(answer).append('\n');
      } else {
        text.append("Question: " + question + "\nAnswer: " + answer + "\n");
      }
    }
    return text + Columns.text(problems.get(problems.size() - 1), "question");
  }

  /** The premise without its full stop, and what leads to the choices. */
  static String cause(Map<String, Object> document, String cause, String effect) {
    String question = Columns.text(document, "question");
    long index = Columns.indexOf(List.of("cause", "effect"), question, "question");
    String premise = PythonText.strip(Columns.text(document, "premise"));
    String open =
        premise.isEmpty()
            ? ""
            : premise.substring(0, premise.offsetByCodePoints(premise.length(), -1));
    return open + " " + (index == 0 ? cause : effect);
  }

  static List<String> copaChoices(Map<String, Object> document) {
    return List.of(
        lowered(Columns.text(document, "choice1"), "choice1"),
        lowered(Columns.text(document, "choice2"), "choice2"));
  }

  private static String lowered(String choice, String column) {
    if (choice.isEmpty()) {
      throw new TwinException("the column `" + column + "` is empty");
    }
    int second = choice.offsetByCodePoints(0, 1);
    return PythonText.lower(choice.substring(0, second)) + choice.substring(second);
  }

  private static Object copaTarget(Map<String, Object> document) {
    boolean isFirst = PythonText.areEqual(Columns.any(document, "label"), 0L);
    return " " + copaChoices(document).get(isFirst ? 0 : 1);
  }

  private static TwinModule xcopa() {
    TwinModule module =
        TwinModule.of("xcopa/utils.py", "c40c4caaf272a576")
            .document("doc_to_choice", ChoiceTwins::copaChoices);
    Map<String, List<String>> connectors =
        Map.ofEntries(
            Map.entry("et", List.of("sest", "seetõttu")),
            Map.entry("ht", List.of("poukisa", "donk sa")),
            Map.entry("it", List.of("perché", "quindi")),
            Map.entry("id", List.of("karena", "maka")),
            Map.entry("qu", List.of("imataq", "chaymi")),
            Map.entry("sw", List.of("kwa sababu", "kwa hiyo")),
            Map.entry("zh", List.of("因为", "所以")),
            Map.entry("ta", List.of("காரணமாக", "எனவே")),
            Map.entry("th", List.of("เพราะ", "ดังนั้น")),
            Map.entry("tr", List.of("çünkü", "bu yüzden")),
            Map.entry("vi", List.of("bởi vì", "vì vậy")));
    connectors.forEach(
        (language, words) ->
            module.document(
                "doc_to_text_" + language,
                document -> cause(document, words.get(0), words.get(1))));
    return module;
  }

  private static String logiqaText(Map<String, Object> document) {
    List<?> options = Columns.list(document, "options");
    return lettered(
        "Passage: "
            + Columns.text(document, "context")
            + "\nQuestion: "
            + Columns.text(document, "question")
            + "\nChoices:\n",
        options.subList(0, Math.min(options.size(), LETTERS.size())));
  }

  private static String lettered(String before, List<?> options) {
    StringBuilder text = new StringBuilder(before);
    for (int i = 0; i < options.size(); i++) {
      text.append(LETTERS.get(i)).append(". ").append(PythonText.str(options.get(i)));
      text.append('\n');
    }
    return text.append("Answer:").toString();
  }

  private static String medmcqaText(Map<String, Object> document) {
    List<Object> options = new ArrayList<>();
    for (String column : List.of("opa", "opb", "opc", "opd")) {
      options.add(Columns.any(document, column));
    }
    return lettered("Question: " + Columns.text(document, "question") + "\nChoices:\n", options);
  }

  /** What is left of a text of WikiHow without its marks. */
  static String cleaned(String text) {
    String plain = PythonText.strip(text).replace(" [title]", ". ");
    return BRACKETS.sub("", plain).replace("  ", " ");
  }

  private static Map<String, Object> hellaswag(Map<String, Object> document) {
    String context =
        Columns.text(document, "ctx_a")
            + " "
            + PythonText.capitalize(Columns.text(document, "ctx_b"));
    Map<String, Object> columns = new LinkedHashMap<>();
    columns.put("query", cleaned(Columns.text(document, "activity_label") + ": " + context));
    columns.put(
        "choices", Columns.texts(document, "endings").stream().map(ChoiceTwins::cleaned).toList());
    columns.put("gold", Columns.whole(document, "label"));
    return columns;
  }

  /** A sentence with a blank: each option makes an input, what follows the blank is scored. */
  private static TwinModule schema(String path, String print) {
    return TwinModule.of(path, print)
        .document(
            "doc_to_text",
            document ->
                Columns.indexOf(List.of("1", "2"), Columns.text(document, "answer"), "answer"))
        .document(
            "doc_to_target",
            document ->
                PythonText.strip(Columns.text(document, "sentence").substring(blank(document) + 1)))
        .document(
            "doc_to_choice",
            document -> {
              String before = Columns.text(document, "sentence").substring(0, blank(document));
              return List.of(
                  before + Columns.text(document, "option1"),
                  before + Columns.text(document, "option2"));
            });
  }

  private static int blank(Map<String, Object> document) {
    int blank = Columns.text(document, "sentence").indexOf('_');
    if (blank < 0) {
      throw new TwinException("the column `sentence` has no blank (_)");
    }
    return blank;
  }
}
