package dev.espalier.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Filters of texts. */
final class TextFilters {
  private TextFilters() {}

  static void addTo(Map<String, Filters.Filter> all) {
    Filters.add(all, "string", "", (v, g, r) -> soft(v, r));
    for (String name : List.of("upper", "lower", "capitalize")) {
      Filters.add(all, name, "", (v, g, r) -> method(v, name, r));
    }
    Filters.add(all, "title", "", (v, g, r) -> title(v, r));
    Filters.add(all, "trim", "chars?", (v, g, r) -> method(v, "strip", r, g.get(0, null)));
    Filters.add(all, "center", "width?", (v, g, r) -> method(v, "center", r, g.get(0, 80L)));
    Filters.add(all, "replace", "old new count?", TextFilters::replace);
    Filters.add(all, "indent", "width? first? blank?", TextFilters::indent);
    Filters.add(all, "truncate", "length? killwords? end? leeway?", TextFilters::truncate);
    Filters.add(
        all,
        "wordwrap",
        "width? break_long_words? wrapstring? break_on_hyphens?",
        TextWrap::wordwrap);
    Filters.add(all, "wordcount", "", TextFilters::wordCount);
    Filters.add(all, "pprint", "", (v, g, r) -> PrettyText.of(v, r));
    all.put("format", TextFilters::format);
  }

  static Object regexReplaced(Object value, Given given, Rendering rendering) {
    String text = Types.requireText(value);
    rendering.characters(text.length() * 4L, text.length() * 4L);
    try {
      String replaced =
          PythonPattern.compile(given.text(0)).sub(given.text(1), text, given.integer(2, 0));
      rendering.characters(replaced.length());
      return replaced;
    } catch (IllegalArgumentException e) {
      throw new JinjaException(e.getMessage());
    }
  }

  /** {@code soft_str}: a text stays what it is. */
  static Object soft(Object value, Rendering rendering) {
    return Types.isText(value) ? value : Repr.text(value, rendering);
  }

  private static Object method(Object value, String name, Rendering rendering, Object... given) {
    Object text = soft(value, rendering);
    Function method = (Function) Members.find(text, name, "", rendering);
    return method.call(rendering, Arguments.of(given));
  }

  private static String title(Object value, Rendering rendering) {
    String text = Types.text(soft(value, rendering));
    rendering.characters(text.length() * 4L);
    StringBuilder title = new StringBuilder();
    int i = 0;
    while (i < text.length()) {
      int end = i;
      boolean separates = separates(text.charAt(i));
      while (end < text.length() && separates(text.charAt(end)) == separates) {
        end++;
      }
      int second = Math.min(end, text.offsetByCodePoints(i, 1));
      title.append(CaseMapping.upper(text.substring(i, second)));
      title.append(CaseMapping.lower(text.substring(second, end)));
      i = end;
    }
    return title.toString();
  }

  private static boolean separates(char c) {
    return "-({[<".indexOf(c) >= 0 || Lexer.isSpace(c);
  }

  private static Object replace(Object value, Given given, Rendering rendering) {
    long count = given.get(2, null) == null ? -1 : given.integer(2, -1);
    return TextMethods.replaced(
        Repr.text(value, rendering),
        Repr.text(given.get(0), rendering),
        Repr.text(given.get(1), rendering),
        count,
        rendering);
  }

  private static Object indent(Object value, Given given, Rendering rendering) {
    Object width = given.get(0, 4L);
    String indention;
    if (Types.isText(width)) {
      indention = Types.text(width);
    } else {
      if (width instanceof Undefined undefined) {
        throw undefined.error();
      }
      long count = Math.max(0, Numbers.index(width));
      rendering.characters(count);
      indention = " ".repeat((int) count);
    }
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (!Types.isText(value)) {
      throw new JinjaException(Types.described(value) + " is no text");
    }
    boolean isMarkup = value instanceof Markup;
    if (isMarkup) {
      indention = Types.isText(width) ? Types.text(width) : indention;
    }
    List<Object> lines = TextMethods.lines(Types.text(value) + "\n", false, rendering);
    rendering.characters(
        Types.text(value).length() + Arithmetic.product(indention.length(), lines.size()));
    boolean blank = given.isTrue(2, rendering);
    StringBuilder text = new StringBuilder(given.isTrue(1, rendering) ? indention : "");
    for (int i = 0; i < lines.size(); i++) {
      String line = (String) lines.get(i);
      if (i > 0) {
        text.append('\n').append(blank || !line.isEmpty() ? indention : "");
      }
      text.append(line);
    }
    return isMarkup ? new Markup(text.toString()) : text.toString();
  }

  private static Object truncate(Object value, Given given, Rendering rendering) {
    Object endGiven = given.get(2, "...");
    String end = Types.requireText(endGiven);
    long length = given.integer(0, 255);
    long leeway = given.get(3, null) == null ? 5 : given.integer(3, 5);
    if (length < TextMethods.length(end) || leeway < 0) {
      throw new JinjaException("the length is less than that of '" + end + "'");
    }
    if (Iteration.length(value, rendering) <= length + leeway) {
      return value;
    }
    String text = Types.requireText(value);
    rendering.characters(text.length());
    int kept = (int) length - TextMethods.length(end);
    String start = text.substring(0, text.offsetByCodePoints(0, kept));
    if (!given.isTrue(1, rendering)) {
      int blank = start.lastIndexOf(' ');
      start = blank < 0 ? start : start.substring(0, blank);
    }
    if (value instanceof Markup || endGiven instanceof Markup) {
      String first = value instanceof Markup ? start : Markup.escape(start, rendering);
      return new Markup(first + Markup.escape(endGiven, rendering));
    }
    return start + end;
  }

  private static Object wordCount(Object value, Given given, Rendering rendering) {
    String text = Types.text(soft(value, rendering));
    rendering.characters(text.length() * 4L);
    long count = 0;
    boolean inWord = false;
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int c = text.codePointAt(i);
      boolean isWord = c == '_' || CharacterKinds.isAlphanumeric(c);
      count += isWord && !inWord ? 1 : 0;
      inWord = isWord;
    }
    return count;
  }

  private static Object format(Object value, Arguments arguments, Rendering rendering) {
    boolean hasNames = !arguments.named().isEmpty();
    if (hasNames && !arguments.positional().isEmpty()) {
      throw new JinjaException("takes either values or named values");
    }
    Object text = soft(value, rendering);
    if (hasNames) {
      Dict named = new Dict();
      arguments.named().forEach(named::put);
      return PercentFormat.format(text, named, rendering);
    }
    return PercentFormat.format(
        text, new Tuple(new ArrayList<>(arguments.positional())), rendering);
  }
}
