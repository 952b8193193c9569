package dev.espalier.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The methods of {@link Markup}: those of texts, which escape what they put in. */
final class MarkupMethods {
  private static final Map<String, Integer> ESCAPED_ARGUMENT =
      Map.of("replace", 1, "ljust", 1, "rjust", 1, "center", 1);
  private static final Set<String> OWN = Set.of("unescape", "striptags", "escape");

  private MarkupMethods() {}

  /** The method; null if there is none. */
  static Function find(Markup self, String name) {
    if (OWN.contains(name)) {
      return (rendering, arguments) -> own(self, name, arguments, rendering);
    }
    Method method = TextMethods.ALL.get(name);
    if (method == null) {
      return null;
    }
    Function plain = method.bound(self.text());
    return (rendering, arguments) ->
        marked(plain.call(rendering, escaped(name, arguments, rendering)));
  }

  private static Object own(Markup self, String name, Arguments arguments, Rendering rendering) {
    if (name.equals("escape")) {
      return Markup.escaped(Signature.of("/ s").bind(arguments).get(0), rendering);
    }
    Signature.of("").bind(arguments);
    return name.equals("striptags")
        ? Html.withoutTags(self.text(), rendering)
        : Html.unescaped(self.text(), rendering);
  }

  private static Arguments escaped(String name, Arguments arguments, Rendering rendering) {
    List<Object> positional = new ArrayList<>(arguments.positional());
    if (name.equals("join") && positional.size() == 1) {
      List<Object> items = new ArrayList<>();
      for (Object item : Iteration.list(positional.get(0), rendering)) {
        items.add(Markup.escape(item, rendering));
      }
      positional.set(0, items);
    }
    Integer index = ESCAPED_ARGUMENT.get(name);
    if (index != null && positional.size() > index) {
      positional.set(index, Markup.escape(positional.get(index), rendering));
    }
    return new Arguments(positional, arguments.named());
  }

  private static Object marked(Object value) {
    if (value instanceof String text) {
      return new Markup(text);
    }
    if (value instanceof Tuple || Types.isList(value)) {
      ArrayList<Object> items = new ArrayList<>();
      ((List<?>) value).forEach(item -> items.add(marked(item)));
      return value instanceof Tuple ? new Tuple(items) : items;
    }
    return value;
  }
}
