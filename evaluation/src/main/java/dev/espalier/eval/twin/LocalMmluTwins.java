package dev.espalier.eval.twin;

import dev.espalier.jinja.PythonText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * MMLU in Darija, Egyptian and Greek, whose prompts are constants of the Python file: they are read
 * from there.
 */
final class LocalMmluTwins {
  private LocalMmluTwins() {}

  static List<TwinModule> modules() {
    return List.of(
        TwinModule.of("darijammlu/utils.py", "a1199f75e4e9f275")
            .family((function, path, files) -> arabic(function, path, files, "subject_darija")),
        TwinModule.of("egymmlu/utils.py", "969bd617999cc972")
            .family((function, path, files) -> arabic(function, path, files, "egy_subject")),
        TwinModule.of("greekmmlu/utils.py", "30e62325bf1bfe9d").family(LocalMmluTwins::greek));
  }

  private static Optional<List<String>> labels(Optional<String> source, String name) {
    return source
        .flatMap(text -> PythonConstants.read(text, name))
        .filter(List.class::isInstance)
        .map(value -> ((List<?>) value).stream().map(PythonText::str).toList());
  }

  private static Optional<Object> arabic(
      String function, String path, ModuleFiles files, String subject) {
    Optional<String> source = files.text(path);
    Optional<String> prompt = source.flatMap(text -> PythonConstants.text(text, "PROMPT"));
    Optional<List<String>> labels = labels(source, "alpha");
    if (prompt.isEmpty() || labels.isEmpty()) {
      return Optional.empty();
    }
    return switch (function) {
      case "doc_to_choice" -> Optional.of(letters(labels.get()));
      case "doc_to_text" ->
          Optional.of(
              (DocumentFunction)
                  document -> {
                    Object context = Columns.any(document, "context");
                    String question = Columns.written(document, "question");
                    return PythonConstants.formatted(
                        prompt.get(),
                        Columns.written(document, subject),
                        "".equals(context) ? question : PythonText.str(context) + "\n\n" + question,
                        options(document, labels.get()));
                  });
      default -> Optional.empty();
    };
  }

  private static Optional<Object> greek(String function, String path, ModuleFiles files) {
    Optional<String> source = files.text(path);
    Optional<String> prompt = source.flatMap(text -> PythonConstants.text(text, "PROMPT"));
    Optional<List<String>> labels = labels(source, "LABELS");
    Optional<Map<?, ?>> subjects =
        source
            .flatMap(text -> PythonConstants.read(text, "subjects_gr"))
            .filter(Map.class::isInstance)
            .map(value -> (Map<?, ?>) value);
    if (prompt.isEmpty() || labels.isEmpty() || subjects.isEmpty()) {
      return Optional.empty();
    }
    return switch (function) {
      case "doc_to_choice" -> Optional.of(letters(labels.get()));
      case "doc_to_text" ->
          Optional.of(
              (DocumentFunction)
                  document -> {
                    Object subject = Columns.any(document, "subject");
                    Object greek = subjects.get().get(subject);
                    return PythonConstants.formatted(
                        prompt.get(),
                        PythonText.str(greek == null ? subject : greek),
                        Columns.written(document, "question"),
                        options(document, labels.get()));
                  });
      default -> Optional.empty();
    };
  }

  private static List<?> choices(Map<String, Object> document, List<String> labels) {
    List<?> choices = Columns.list(document, "choices");
    if (choices.size() > labels.size()) {
      throw new TwinException("the column `choices` has " + choices.size() + " items");
    }
    return choices;
  }

  private static String options(Map<String, Object> document, List<String> labels) {
    List<String> options = new ArrayList<>();
    for (Object choice : choices(document, labels)) {
      options.add(labels.get(options.size()) + " " + PythonText.str(choice));
    }
    return String.join("\n", options);
  }

  private static DocumentFunction letters(List<String> labels) {
    return document ->
        labels.subList(0, choices(document, labels).size()).stream()
            .map(label -> label.substring(0, label.offsetByCodePoints(0, 1)))
            .toList();
  }
}
