package dev.espalier.eval.twin;

import dev.espalier.jinja.PythonPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Takes the marks of tokenization out of a page of WikiText, one kind after the other. */
final class WikiTextPage {
  private static final List<UnaryOperator<String>> STEPS = steps();

  private WikiTextPage() {}

  private static List<UnaryOperator<String>> steps() {
    List<UnaryOperator<String>> steps = new ArrayList<>();
    steps.add(text -> text.replace("s '", "s'"));
    add(steps, "/' [0-9]/", "/'[0-9]/");
    for (String sign : List.of("-", ",", ".")) {
      steps.add(text -> text.replace(" @" + sign + "@ ", sign));
    }
    for (String sign : List.of(":", ";", ".", "!", "?", ",")) {
      steps.add(text -> text.replace(" " + sign + " ", sign + " "));
    }
    add(steps, "\\(\\s*([^\\)]*?)\\s*\\)", "(\\1)");
    add(steps, "\\[\\s*([^\\]]*?)\\s*\\]", "[\\1]");
    add(steps, "{\\s*([^}]*?)\\s*}", "{\\1}");
    add(steps, "\"\\s*([^\"]*?)\\s*\"", "\"\\1\"");
    add(steps, "'\\s*([^']*?)\\s*'", "'\\1'");
    steps.add(text -> text.replace("= = = =", "====").replace("= = =", "===").replace("= =", "=="));
    steps.add(text -> text.replace(" ° ", "°").replace(" \n", "\n").replace("\n ", "\n"));
    steps.add(text -> text.replace(" N ", " 1 ").replace(" 's", "'s"));
    return List.copyOf(steps);
  }

  private static void add(List<UnaryOperator<String>> steps, String pattern, String replacement) {
    PythonPattern compiled = PythonPattern.compile(pattern);
    steps.add(text -> compiled.sub(replacement, text));
  }

  static String detokenized(String page) {
    String text = page;
    for (UnaryOperator<String> step : STEPS) {
      text = step.apply(text);
    }
    return text;
  }
}
