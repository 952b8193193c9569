package dev.espalier.jinja;

import java.util.ArrayList;
import java.util.List;

/**
 * How Python writes, cuts and reads texts, outside of a template. Values are those that a template
 * may be given; a {@link List} is a list, and what {@link #tuple} makes a tuple.
 */
public final class PythonText {
  private static final TemplateSettings SETTINGS =
      TemplateSettings.CHAT.withLimits(new TemplateLimits(Long.MAX_VALUE, Long.MAX_VALUE, 1000));

  private PythonText() {}

  private static Rendering rendering() {
    return new Rendering(SETTINGS, name -> Variables.UNDEFINED);
  }

  /** {@code repr(value)}, such as {@code 'it'} of a text. */
  public static String repr(Object value) {
    Rendering rendering = rendering();
    return Repr.of(Imports.imported(value, rendering), rendering);
  }

  /** {@code str(value)}: a text itself, and all else as {@link #repr}. */
  public static String str(Object value) {
    return value instanceof String text ? text : repr(value);
  }

  /** {@code repr(value)} of a float: the shortest digits that are read as it. */
  public static String repr(double value) {
    return Numbers.text(value);
  }

  /** {@code tuple(items)}, which is written in parentheses. */
  public static List<Object> tuple(List<?> items) {
    return new Tuple(new ArrayList<>(items));
  }

  /** Whether it is a tuple, and no list. */
  public static boolean isTuple(Object value) {
    return value instanceof Tuple;
  }

  /** {@code json.dumps(value, ensure_ascii=…)}, in one line. */
  public static String json(Object value, boolean ensureAscii) {
    return JsonText.of(value, null, ensureAscii, rendering());
  }

  /** {@code json.dumps(value, indent=indent, ensure_ascii=…)}. */
  public static String json(Object value, int indent, boolean ensureAscii) {
    return JsonText.of(value, (long) indent, ensureAscii, rendering());
  }

  /** {@code text.strip()}: without white space at both ends, by Unicode's idea of it. */
  public static String strip(String text) {
    return Strip.strip(text, null);
  }

  /** {@code text.lstrip()}. */
  public static String lstrip(String text) {
    return Strip.start(text, null);
  }

  /** {@code text.rstrip()}. */
  public static String rstrip(String text) {
    return Strip.end(text, null);
  }

  /** {@code text.split()}: the words between white space. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  public static List<String> split(String text) {
    return (List) TextMethods.words(text, Long.MAX_VALUE);
  }

  /** {@code text.splitlines()}. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  public static List<String> splitlines(String text) {
    return (List) TextMethods.lines(text, false, rendering());
  }

  /** {@code text.lower()}. */
  public static String lower(String text) {
    return CaseMapping.lower(text);
  }

  /** {@code text.upper()}. */
  public static String upper(String text) {
    return CaseMapping.upper(text);
  }

  /** {@code text.capitalize()}. */
  public static String capitalize(String text) {
    return CaseMapping.capitalized(text);
  }

  /** {@code text.title()}. */
  public static String title(String text) {
    return CaseMapping.title(text);
  }

  /** {@code len(text)}: its code points. */
  public static int length(String text) {
    return TextMethods.length(text);
  }

  /** Whether {@code str.isspace} holds of a code point. */
  public static boolean isSpace(int codePoint) {
    return Lexer.isSpace(codePoint);
  }

  /** {@code text.isdigit()}. */
  public static boolean isDigit(String text) {
    return CharacterKinds.all(text, CharacterKinds::isDigit);
  }

  /** {@code text.isalpha()}. */
  public static boolean isAlphabetic(String text) {
    return CharacterKinds.all(text, CharacterKinds::isAlphabetic);
  }

  /** Whether values are equal by Python's {@code ==}, for which 1, 1.0 and True are. */
  public static boolean areEqual(Object left, Object right) {
    Rendering rendering = rendering();
    return Comparison.areEqual(
        Imports.imported(left, rendering), Imports.imported(right, rendering), rendering);
  }
}
