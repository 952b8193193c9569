package dev.espalier.jinja;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Filters for HTML and URLs. Nothing is escaped unless it is asked for. */
final class HtmlFilters {
  private static final Pattern NO_ATTRIBUTE = Pattern.compile("[ \\t\\n\\x0b\\f\\r/>=]");
  private static final String UNRESERVED = "_.-~";

  private HtmlFilters() {}

  static void addTo(Map<String, Filters.Filter> all) {
    for (String name : List.of("escape", "e")) {
      Filters.add(all, name, "", (v, g, r) -> Markup.escaped(v, r));
    }
    Filters.add(all, "forceescape", "", (v, g, r) -> new Markup(forced(v, r)));
    Filters.add(all, "safe", "", (v, g, r) -> new Markup(Repr.text(v, r)));
    Filters.add(all, "striptags", "", (v, g, r) -> Html.withoutTags(Repr.text(v, r), r));
    Filters.add(all, "xmlattr", "autospace?", HtmlFilters::attributes);
    Filters.add(all, "urlencode", "", HtmlFilters::urlEncode);
    Filters.add(
        all, "urlize", "trim_url_limit? nofollow? target? rel? extra_schemes?", Urlize::urlize);
  }

  private static String forced(Object value, Rendering rendering) {
    return Markup.escape(Repr.text(value, rendering), rendering);
  }

  private static Object attributes(Object value, Given given, Rendering rendering) {
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (!(value instanceof Dict dict)) {
      throw new JinjaException(Types.described(value) + " is no mapping");
    }
    List<String> attributes = new ArrayList<>();
    for (Map.Entry<Object, Object> entry : dict.entries()) {
      Object attribute = entry.getValue();
      if (attribute == null || attribute instanceof Undefined) {
        continue;
      }
      String name = Types.requireText(entry.getKey());
      if (NO_ATTRIBUTE.matcher(name).find()) {
        throw new JinjaException("'" + name + "' is no name of an attribute");
      }
      attributes.add(
          Markup.escape(entry.getKey(), rendering)
              + "=\""
              + Markup.escape(attribute, rendering)
              + "\"");
    }
    String text = TextMethods.joined(" ", attributes, rendering);
    boolean spaces = !given.has(0) || given.isTrue(0, rendering);
    return spaces && !text.isEmpty() ? " " + text : text;
  }

  private static Object urlEncode(Object value, Given given, Rendering rendering) {
    boolean isSequence =
        !Types.isText(value) && (Iteration.isIterable(value) || value instanceof Undefined);
    if (!isSequence) {
      return quoted(Repr.text(value, rendering), "/", rendering);
    }
    Object pairs = value instanceof Dict dict ? new View(View.Kind.ITEMS, dict) : value;
    List<String> parts = new ArrayList<>();
    for (Object pair : Iteration.list(pairs, rendering)) {
      List<Object> both = Iteration.upTo(pair, 3, rendering);
      if (both.size() != 2) {
        throw new JinjaException("a query consists of pairs");
      }
      parts.add(query(both.get(0), rendering) + "=" + query(both.get(1), rendering));
    }
    return TextMethods.joined("&", parts, rendering);
  }

  private static String query(Object value, Rendering rendering) {
    return quoted(Repr.text(value, rendering), "", rendering).replace("%20", "+");
  }

  private static String quoted(String text, String safe, Rendering rendering) {
    rendering.characters(text.length() * 3L);
    StringBuilder quoted = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xFF);
      boolean isPlain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || UNRESERVED.indexOf(c) >= 0
              || safe.indexOf(c) >= 0;
      if (isPlain) {
        quoted.append(c);
      } else {
        quoted
            .append('%')
            .append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
            .append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
      }
    }
    return quoted.toString();
  }
}
