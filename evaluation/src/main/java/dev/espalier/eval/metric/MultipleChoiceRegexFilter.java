package dev.espalier.eval.metric;

import dev.espalier.jinja.PythonPattern;
import dev.espalier.jinja.PythonText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code multi_choice_regex}: the letter of the choice that an answer names, by a pattern, else by
 * the choice's text, else by its letter behind a colon.
 */
final class MultipleChoiceRegexFilter implements Filter {
  private final PythonPattern pattern;
  private final int chosen;
  private final Object fallback;
  private final boolean ignoresCase;
  private final boolean ignoresPunctuation;
  private final List<PythonPattern> ignored = new ArrayList<>();

  MultipleChoiceRegexFilter(NamedArguments arguments) {
    this.pattern = PythonPattern.compile(arguments.text("regex_pattern", RegexFilter.PATTERN));
    this.chosen = arguments.integer("group_select", 0);
    this.fallback = arguments.value("fallback", RegexFilter.FALLBACK);
    this.ignoresCase = arguments.flag("ignore_case");
    this.ignoresPunctuation = arguments.flag("ignore_punctuation");
    for (String text : arguments.texts("regexes_to_ignore")) {
      ignored.add(PythonPattern.compile(text));
    }
  }

  @Override
  public List<Object> apply(List<Object> answers, List<Map<String, Object>> documents) {
    List<Object> filtered = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      Choices choices = new Choices(documents.get(i).get("choices"));
      List<Object> letters = new ArrayList<>();
      for (Object answer : Answers.items(answers.get(i))) {
        letters.add(choices.letter(answer instanceof String text ? text : ""));
      }
      filtered.add(letters);
    }
    return filtered;
  }

  /** How the choices of one document may be named. */
  private final class Choices {
    private final Map<String, String> letters = new HashMap<>();
    private final Map<String, String> byName = new HashMap<>();
    private final PythonPattern byText;
    private final PythonPattern byLetter;

    Choices(Object choices) {
      if (!(choices instanceof List<?> list)) {
        throw new ScoringException(
            "multi_choice_regex needs a column `choices` with a list of texts");
      }
      List<String> texts = new ArrayList<>();
      List<String> names = new ArrayList<>();
      for (Object choice : list) {
        String text = withoutIgnored(PythonText.strip(Answers.text(choice, "multi_choice_regex")));
        String letter = Character.toString('A' + names.size());
        texts.add(PythonPattern.escape(text));
        letters.put(text, "(" + letter + ")");
        names.add(letter);
      }
      // A choice that begins another must not be found in its place.
      texts.sort(Comparator.comparing(PythonText::length, Comparator.reverseOrder()));
      this.byText = PythonPattern.compile(String.join("|", texts));
      this.byLetter = PythonPattern.compile(":[\\s]*(" + String.join("|", names) + ")");
      names.forEach(name -> byName.put(name, "(" + name + ")"));
    }

    Object letter(String answer) {
      String match = find(pattern, answer, Map.of());
      if (match.isEmpty()) {
        match = find(byText, withoutIgnored(answer), letters);
      }
      if (match.isEmpty()) {
        match = find(byLetter, answer, byName);
      }
      return match.isEmpty() ? fallback : match;
    }
  }

  private String find(PythonPattern in, String text, Map<String, String> meaning) {
    Object match = RegexFilter.chosen(in.findall(text), chosen);
    String found =
        match instanceof List<?> groups ? RegexFilter.firstNonEmpty(groups) : (String) match;
    if (found == null) {
      return "";
    }
    String stripped = PythonText.strip(found);
    return stripped.isEmpty() ? stripped : meaning.getOrDefault(stripped, stripped);
  }

  private String withoutIgnored(String text) {
    String left = text;
    for (PythonPattern each : ignored) {
      left = each.sub("", left);
    }
    if (ignoresCase) {
      left = PythonText.lower(left);
    }
    return ignoresPunctuation ? withoutPunctuation(left) : left;
  }

  private static String withoutPunctuation(String text) {
    StringBuilder left = new StringBuilder();
    text.codePoints().filter(c -> !isPunctuation(c)).forEach(left::appendCodePoint);
    return left.toString();
  }

  private static boolean isPunctuation(int c) {
    return switch (Character.getType(c)) {
      case Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION ->
          true;
      default -> false;
    };
  }
}
