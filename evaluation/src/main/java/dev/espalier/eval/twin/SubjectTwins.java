package dev.espalier.eval.twin;

import dev.espalier.jinja.PythonText;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Families whose functions choose the documents of one subject: Global MMLU, MMMLU, INCLUDE, the
 * MMLU of Llama 3's evaluations; and those that leave out documents without answers.
 */
final class SubjectTwins {
  private static final String PROCESS = "process_";
  private static final List<String> CATEGORIES =
      List.of("Business", "Humanities", "Medical", "Other", "STEM", "Social Sciences");
  private static final List<String> DOMAINS =
      List.of(
          "Applied Science",
          "Arts & Humanities",
          "Business & Commerce",
          "Driving License",
          "General knowledge",
          "Health oriented education",
          "Marine License",
          "Medical License",
          "Professional certification",
          "STEM",
          "Social Science");

  static final List<String> PRO_SUBJECTS =
      List.of(
          "biology",
          "business",
          "chemistry",
          "computer science",
          "economics",
          "engineering",
          "health",
          "history",
          "law",
          "math",
          "other",
          "philosophy",
          "physics",
          "psychology");

  private SubjectTwins() {}

  static List<TwinModule> modules() {
    return List.of(
        TwinModule.of("global_mmlu/full/*/utils.py", "b97aba7abee08a50")
            .family(subjects(PROCESS, subject -> Optional.of(only("subject", subject)))),
        TwinModule.of("global_mmlu/default/*/utils.py", "b7ce9e2c8d469858")
            .family(subjects(PROCESS, named("subject_category", CATEGORIES))),
        TwinModule.of("include/*/*/utils.py", "9953a5a03595c91f")
            .family(subjects(PROCESS, named("domain", DOMAINS))),
        TwinModule.of("openai-mmmlu/default/utils.py", "7d50698d60768d9e")
            .family(subjects(PROCESS, subject -> Optional.of(ofFile(subject)))),
        TwinModule.of(
                "llama3/instruct/*/utils.py",
                "0c283014c1f8270f",
                "26461c3ad685d3af",
                "343014ae8a50ceb8",
                "4ad66d6469460f07",
                "61ca0062e93ee10f",
                "d197edfbafbbcb83",
                "f3ce41c3732b7a33")
            .family(SubjectTwins::llamaChat),
        TwinModule.of("llama3/instruct/mmlu_pro/utils.py", "9b58f68bb3768ea0")
            .document("fewshot_to_text", SubjectTwins::llamaReasoning)
            .family(subjects(PROCESS, named("category", PRO_SUBJECTS))),
        TwinModule.of("bigbench/utils.py", "bcf4939194b6a023")
            .documents(
                "filter_multiple_choice",
                documents ->
                    documents.stream()
                        .filter(each -> !Columns.list(each, "multiple_choice_targets").isEmpty())
                        .toList()),
        TwinModule.of("eus_exams/utils.py", "253d14b2e4c028e4")
            .documents(
                "process_docs",
                documents -> documents.stream().filter(SubjectTwins::hasAnswer).toList()));
  }

  /** Documents whose column has this value. */
  static DocumentsFunction only(String column, String value) {
    return documents ->
        documents.stream()
            .filter(document -> PythonText.areEqual(Columns.any(document, column), value))
            .toList();
  }

  private static TwinModule.Family subjects(
      String prefix, Function<String, Optional<DocumentsFunction>> twins) {
    return (function, path, files) ->
        function.startsWith(prefix) && !function.equals("process_docs")
            ? twins.apply(function.substring(prefix.length())).map(twin -> twin)
            : Optional.empty();
  }

  /** Of values whose functions are named by them in small letters, with underscores. */
  static Function<String, Optional<DocumentsFunction>> named(String column, List<String> values) {
    return name ->
        values.stream()
            .filter(value -> function(value).equals(name))
            .findFirst()
            .map(value -> only(column, value));
  }

  private static String function(String value) {
    return value.toLowerCase(Locale.ROOT).replace(" & ", "_").replace(' ', '_');
  }

  /** The subject may be the name of the file that the document came from. */
  private static DocumentsFunction ofFile(String subject) {
    return documents ->
        documents.stream()
            .filter(
                document -> {
                  Object value = Columns.any(document, "Subject");
                  return value instanceof String text && withoutFile(text).equals(subject);
                })
            .toList();
  }

  private static String withoutFile(String text) {
    for (String marker : List.of("_test.csv", "_test-")) {
      int at = text.indexOf(marker);
      if (at >= 0) {
        return text.substring(0, at);
      }
    }
    return text;
  }

  /** The directory, such as {@code mmlu_de}, is a part of what documents call their subject. */
  private static Optional<Object> llamaChat(String function, String path, ModuleFiles files) {
    String prefix = "process_docs_";
    String[] names = path.split("/", -1);
    if (!function.startsWith(prefix) || names.length < 2) {
      return Optional.empty();
    }
    String directory = names[names.length - 2];
    return Optional.of(
        only("subtask_name", directory + "_chat." + function.substring(prefix.length())));
  }

  private static String llamaReasoning(Map<String, Object> document) {
    String text = Columns.text(document, "cot_content");
    String before = "A: Let's think step by step.";
    text = text.startsWith(before) ? text.substring(before.length()) : text;
    return dev.espalier.jinja.PythonPattern.compile("The answer is \\(([A-Z])\\)\\.")
        .sub("The best answer is \\1.", PythonText.strip(text));
  }

  private static boolean hasAnswer(Map<String, Object> document) {
    Object answer = Columns.any(document, "answer");
    boolean isIndex =
        List.of(0L, 1L, 2L, 3L).stream().anyMatch(each -> PythonText.areEqual(answer, each));
    return isIndex
        && !PythonText.areEqual(Columns.any(document, "candidates"), List.of("", "", "", ""));
  }
}
