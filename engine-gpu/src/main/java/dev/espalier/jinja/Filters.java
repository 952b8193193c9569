package dev.espalier.jinja;

import java.util.HashMap;
import java.util.Map;

/** All filters, by name. */
final class Filters {
  /** What a filter does with the value before the bar. */
  interface Body {
    Object apply(Object value, Given given, Rendering rendering);
  }

  /** One filter. */
  interface Filter {
    Object apply(Object value, Arguments arguments, Rendering rendering);
  }

  private static final Map<String, Filter> ALL = new HashMap<>();
  private static final Map<String, Filter> CHAT;
  private static final Map<String, Filter> TASK;

  static {
    TextFilters.addTo(ALL);
    HtmlFilters.addTo(ALL);
    NumberFilters.addTo(ALL);
    ListFilters.addTo(ALL);
    Selections.addTo(ALL);
    add(ALL, "tojson", "indent?", JsonText::escaped);
    CHAT = new HashMap<>(ALL);
    add(CHAT, "tojson", "ensure_ascii? indent? separators? sort_keys?", JsonText::plain);
    TASK = new HashMap<>(ALL);
    add(TASK, "regex_replace", "pattern repl count?", TextFilters::regexReplaced);
  }

  private Filters() {}

  static void add(Map<String, Filter> filters, String name, String parameters, Body body) {
    Signature signature = Signature.of(parameters);
    filters.put(
        name,
        (value, arguments, rendering) -> body.apply(value, signature.bind(arguments), rendering));
  }

  static Map<String, Filter> of(TemplateSettings settings) {
    return settings.isChat() ? CHAT : settings.isTask() ? TASK : ALL;
  }

  static Object apply(String name, Object value, Arguments arguments, Rendering rendering) {
    Filter filter = of(rendering.settings).get(name);
    if (filter == null) {
      throw new JinjaException("there is no filter named '" + name + "'");
    }
    try {
      return filter.apply(value, arguments, rendering);
    } catch (JinjaException e) {
      throw e.of("the filter " + name);
    }
  }
}
