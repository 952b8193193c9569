package dev.espalier.engine.constrain.regex;

import dev.espalier.engine.constrain.automaton.SymbolSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;

/** The sets of {@code \p{…}}, by the Unicode data of the running JDK. */
final class UnicodeProperties {
  /**
   * Short and long names of the general categories, to a bit for each {@link Character#getType}.
   */
  private static final Map<String, Integer> CATEGORIES = new HashMap<>();

  /** Binary properties, and the names of POSIX, which are ASCII. */
  private static final Map<String, IntPredicate> ECMA_BINARY =
      Map.of(
          "Any", c -> true,
          "ASCII", c -> c < 0x80,
          "Assigned", Character::isDefined,
          "Alphabetic", Character::isAlphabetic,
          "Alpha", Character::isAlphabetic,
          "Lowercase", Character::isLowerCase,
          "Lower", Character::isLowerCase,
          "Uppercase", Character::isUpperCase,
          "Upper", Character::isUpperCase,
          "Ideographic", Character::isIdeographic);

  private static final Map<String, IntPredicate> POSIX =
      Map.of(
          "ASCII", c -> c < 0x80,
          "Alpha", UnicodeProperties::isAsciiLetter,
          "Lower", c -> c >= 'a' && c <= 'z',
          "Upper", c -> c >= 'A' && c <= 'Z',
          "Digit", CharacterSets.DIGIT::contains,
          "Alnum", c -> isAsciiLetter(c) || CharacterSets.DIGIT.contains(c),
          "Punct", c -> c > ' ' && c < 0x7F && !Character.isLetterOrDigit(c),
          "XDigit", c -> c < 0x80 && Character.digit(c, 16) >= 0,
          "Space", c -> c == ' ' || (c >= '\t' && c <= '\r'),
          "Blank", c -> c == ' ' || c == '\t');

  private static final Map<String, SymbolSet> KNOWN = new ConcurrentHashMap<>();

  static {
    category("Lu", "Uppercase_Letter", Character.UPPERCASE_LETTER);
    category("Ll", "Lowercase_Letter", Character.LOWERCASE_LETTER);
    category("Lt", "Titlecase_Letter", Character.TITLECASE_LETTER);
    category("Lm", "Modifier_Letter", Character.MODIFIER_LETTER);
    category("Lo", "Other_Letter", Character.OTHER_LETTER);
    category("Mn", "Nonspacing_Mark", Character.NON_SPACING_MARK);
    category("Mc", "Spacing_Mark", Character.COMBINING_SPACING_MARK);
    category("Me", "Enclosing_Mark", Character.ENCLOSING_MARK);
    category("Nd", "Decimal_Number", Character.DECIMAL_DIGIT_NUMBER);
    category("Nl", "Letter_Number", Character.LETTER_NUMBER);
    category("No", "Other_Number", Character.OTHER_NUMBER);
    category("Zs", "Space_Separator", Character.SPACE_SEPARATOR);
    category("Zl", "Line_Separator", Character.LINE_SEPARATOR);
    category("Zp", "Paragraph_Separator", Character.PARAGRAPH_SEPARATOR);
    category("Cc", "Control", Character.CONTROL);
    category("Cf", "Format", Character.FORMAT);
    category("Co", "Private_Use", Character.PRIVATE_USE);
    category("Cn", "Unassigned", Character.UNASSIGNED);
    category("Pd", "Dash_Punctuation", Character.DASH_PUNCTUATION);
    category("Ps", "Open_Punctuation", Character.START_PUNCTUATION);
    category("Pe", "Close_Punctuation", Character.END_PUNCTUATION);
    category("Pc", "Connector_Punctuation", Character.CONNECTOR_PUNCTUATION);
    category("Po", "Other_Punctuation", Character.OTHER_PUNCTUATION);
    category("Pi", "Initial_Punctuation", Character.INITIAL_QUOTE_PUNCTUATION);
    category("Pf", "Final_Punctuation", Character.FINAL_QUOTE_PUNCTUATION);
    category("Sm", "Math_Symbol", Character.MATH_SYMBOL);
    category("Sc", "Currency_Symbol", Character.CURRENCY_SYMBOL);
    category("Sk", "Modifier_Symbol", Character.MODIFIER_SYMBOL);
    category("So", "Other_Symbol", Character.OTHER_SYMBOL);
    group("L", "Letter");
    group("M", "Mark");
    group("N", "Number");
    group("Z", "Separator");
    group("C", "Other");
    group("P", "Punctuation");
    group("S", "Symbol");
    CATEGORIES.put("LC", mask("Lu") | mask("Ll") | mask("Lt"));
    CATEGORIES.put("Cased_Letter", mask("LC"));
    CATEGORIES.put("punct", mask("P"));
    CATEGORIES.put("digit", mask("Nd"));
  }

  private UnicodeProperties() {}

  /** The set of the property that is written {@code name} in the braces, or null. */
  static SymbolSet named(String name, RegexDialect dialect) {
    String key = dialect + " " + name;
    SymbolSet known = KNOWN.get(key);
    if (known == null) {
      IntPredicate predicate = predicate(name, dialect);
      if (predicate == null) {
        return null;
      }
      known = SymbolSet.codePointsWith(predicate);
      KNOWN.put(key, known); // bounded by the names that Unicode knows
    }
    return known;
  }

  private static IntPredicate predicate(String name, RegexDialect dialect) {
    int equals = name.indexOf('=');
    String value = name.substring(equals + 1);
    if (equals >= 0) {
      return switch (name.substring(0, equals)) {
        case "gc", "General_Category" -> categoryNamed(value);
        case "sc", "Script", "script" -> scriptNamed(value);
        default -> null;
      };
    }
    IntPredicate category = categoryNamed(name);
    if (category != null) {
      return category;
    }
    if (dialect == RegexDialect.ECMA_262) {
      return ECMA_BINARY.get(name);
    }
    if (POSIX.containsKey(name)) {
      return POSIX.get(name);
    }
    if (!name.startsWith("Is")) {
      return scriptNamed(name);
    }
    String rest = name.substring(2);
    category = categoryNamed(rest);
    if (category != null) {
      return category;
    }
    return ECMA_BINARY.containsKey(rest) ? ECMA_BINARY.get(rest) : scriptNamed(rest);
  }

  private static IntPredicate categoryNamed(String name) {
    Integer types = CATEGORIES.get(name);
    return types == null ? null : c -> (types >> Character.getType(c) & 1) != 0;
  }

  private static IntPredicate scriptNamed(String name) {
    try {
      Character.UnicodeScript script = Character.UnicodeScript.forName(name);
      return c -> Character.UnicodeScript.of(c) == script;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static boolean isAsciiLetter(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static void category(String shortName, String longName, byte type) {
    CATEGORIES.put(shortName, 1 << type);
    CATEGORIES.put(longName, 1 << type);
  }

  /** A category made of those whose short names begin alike. */
  private static void group(String shortName, String longName) {
    int types =
        CATEGORIES.entrySet().stream()
            .filter(entry -> entry.getKey().length() == 2 && entry.getKey().startsWith(shortName))
            .mapToInt(Map.Entry::getValue)
            .reduce(0, (a, b) -> a | b);
    CATEGORIES.put(shortName, types);
    CATEGORIES.put(longName, types);
  }

  private static int mask(String name) {
    return CATEGORIES.get(name);
  }
}
