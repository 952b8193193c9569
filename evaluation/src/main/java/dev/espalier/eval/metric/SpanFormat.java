package dev.espalier.eval.metric;

import dev.espalier.jinja.PythonPattern;
import dev.espalier.jinja.PythonText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code format_span}: entities by their labels, written as {@code per: ada $ loc: paris}. */
final class SpanFormat {
  private static final Map<PythonPattern, String> LABELS = new LinkedHashMap<>();
  private static final PythonPattern ENTITIES =
      PythonPattern.compile("\\b(PER|LOC|ORG|DATE):\\s*([^$]+)");

  static {
    String labels =
        "person:PER location:LOC organization:ORG counties:LOC places:LOC people:PER persons:PER"
            + " company:ORG country:LOC continent:LOC time:DATE date:DATE per:PER loc:LOC org:ORG";
    for (String entry : labels.split(" ", 0)) {
      int colon = entry.indexOf(':');
      LABELS.put(
          PythonPattern.compile("\\b" + entry.substring(0, colon) + "\\s*:"),
          entry.substring(colon + 1) + ":");
    }
  }

  private SpanFormat() {}

  static String of(String answer) {
    String text = PythonText.lower(answer);
    for (Map.Entry<PythonPattern, String> label : LABELS.entrySet()) {
      text = label.getKey().sub(label.getValue(), text);
    }
    text = withoutDollarsAtTheEnd(text.replace("$$", "$"));
    text = PythonText.strip(text.replace('\n', '$'));
    List<String> entities = new ArrayList<>();
    for (Object match : ENTITIES.findall(text)) {
      List<?> groups = (List<?>) match;
      String label = PythonText.lower((String) groups.get(0));
      for (String entity : ((String) groups.get(1)).split(",", -1)) {
        String name = PythonText.strip(entity);
        if (!PythonText.lower(name).equals("none")) {
          entities.add(label + ": " + name);
        }
      }
    }
    return String.join(" $ ", entities);
  }

  private static String withoutDollarsAtTheEnd(String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == '$') {
      end--;
    }
    return text.substring(0, end);
  }
}
