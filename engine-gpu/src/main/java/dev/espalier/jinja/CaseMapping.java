package dev.espalier.jinja;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Upper, lower and title case as Unicode and Python map them. */
final class CaseMapping {
  /** Characters whose title case has several, each followed by these; tables of Unicode. */
  private static final String TITLES =
      "df:53,73 149:2bc,4e 1f0:4a,30c 390:399,308,301 3b0:3a5,308,301 587:535,582 1e96:48,331"
          + " 1e97:54,308 1e98:57,30a 1e99:59,30a 1e9a:41,2be 1f50:3a5,313 1f52:3a5,313,300"
          + " 1f54:3a5,313,301 1f56:3a5,313,342 1fb2:1fba,345 1fb4:386,345 1fb6:391,342"
          + " 1fb7:391,342,345 1fc2:1fca,345 1fc4:389,345 1fc6:397,342 1fc7:397,342,345"
          + " 1fd2:399,308,300 1fd3:399,308,301 1fd6:399,342 1fd7:399,308,342 1fe2:3a5,308,300"
          + " 1fe3:3a5,308,301 1fe4:3a1,313 1fe6:3a5,342 1fe7:3a5,308,342 1ff2:1ffa,345"
          + " 1ff4:38f,345 1ff6:3a9,342 1ff7:3a9,342,345 fb00:46,66 fb01:46,69 fb02:46,6c"
          + " fb03:46,66,69 fb04:46,66,6c fb05:53,74 fb06:53,74 fb13:544,576 fb14:544,565"
          + " fb15:544,56b fb16:54e,576 fb17:544,56d";

  /** Word_Break is MidLetter, MidNumLet or Single_Quote. */
  private static final String INSIDE_WORDS =
      "'.:\u00b7\u0387\u055f\u05f4\u2018\u2019\u2024\u2027\ufe13\ufe52\ufe55\uff07\uff0e\uff1a";

  private static final Map<Integer, String> TITLE = new HashMap<>();

  static {
    for (String entry : TITLES.split(" ", 0)) {
      String[] parts = entry.split(":", -1);
      StringBuilder title = new StringBuilder();
      for (String character : parts[1].split(",", 0)) {
        title.appendCodePoint(Integer.parseInt(character, 16));
      }
      TITLE.put(Integer.parseInt(parts[0], 16), title.toString());
    }
  }

  private CaseMapping() {}

  static String upper(String text) {
    return text.toUpperCase(Locale.ROOT);
  }

  static String lower(String text) {
    int sigma = text.indexOf('Σ');
    if (sigma < 0) {
      return text.toLowerCase(Locale.ROOT);
    }
    // Java looks through the whole text for each sigma.
    StringBuilder lower = new StringBuilder(text.length());
    int from = 0;
    for (; sigma >= 0; sigma = text.indexOf('Σ', from)) {
      lower.append(text.substring(from, sigma).toLowerCase(Locale.ROOT));
      lower.append(lowerSigma(text, sigma));
      from = sigma + 1;
    }
    return lower.append(text.substring(from).toLowerCase(Locale.ROOT)).toString();
  }

  /** The small form of the sigma at {@code index}: another one at the end of a word. */
  private static char lowerSigma(String text, int index) {
    int before = index;
    int c = 0;
    do {
      if (before == 0) {
        return 'σ';
      }
      c = text.codePointBefore(before);
      before -= Character.charCount(c);
    } while (isCaseIgnorable(c));
    if (!isCased(c)) {
      return 'σ';
    }
    for (int after = index + 1; after < text.length(); after += Character.charCount(c)) {
      c = text.codePointAt(after);
      if (!isCaseIgnorable(c)) {
        return isCased(c) ? 'σ' : 'ς';
      }
    }
    return 'ς';
  }

  private static boolean isCaseIgnorable(int c) {
    return switch (Character.getType(c)) {
      case Character.NON_SPACING_MARK,
          Character.ENCLOSING_MARK,
          Character.FORMAT,
          Character.MODIFIER_LETTER,
          Character.MODIFIER_SYMBOL ->
          true;
      default -> INSIDE_WORDS.indexOf(c) >= 0;
    };
  }

  private static String title(int c) {
    String title = TITLE.get(c);
    return title != null ? title : Character.toString(Character.toTitleCase(c));
  }

  static boolean isCased(int c) {
    return Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
  }

  static String capitalized(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = text.codePointAt(0);
    int length = Character.charCount(first);
    // The whole is put in lower case, since a sigma's form depends on what stands before it.
    String lower = lower(text);
    return title(first) + lower.substring(lower(text.substring(0, length)).length());
  }

  /** {@code str.title}: the first letter of each run of letters in title case. */
  static String title(String text) {
    StringBuilder title = new StringBuilder();
    boolean inWord = false;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      int length = Character.charCount(c);
      if (!inWord) {
        title.append(title(c));
      } else if (c == 'Σ') {
        title.append(lowerSigma(text, i));
      } else {
        title.append(lower(Character.toString(c)));
      }
      inWord = isCased(c);
      i += length;
    }
    return title.toString();
  }

  static String swapped(String text) {
    StringBuilder swapped = new StringBuilder();
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      String character = Character.toString(c);
      if (c == 'Σ') {
        swapped.append(lowerSigma(text, i));
      } else if (Character.isUpperCase(c)) {
        swapped.append(lower(character));
      } else {
        swapped.append(Character.isLowerCase(c) ? upper(character) : character);
      }
      i += character.length();
    }
    return swapped.toString();
  }

  static String folded(String text) {
    StringBuilder folded = new StringBuilder();
    text.codePoints().forEach(c -> folded.append(folded(c)));
    return folded.toString();
  }

  private static String folded(int c) {
    String character = Character.toString(c);
    if (c == 0x131) {
      return character;
    }
    if (c == 0x1E9E) {
      return "ss";
    }
    boolean isCherokee = (c >= 0x13A0 && c <= 0x13FD) || (c >= 0xAB70 && c <= 0xABBF);
    return isCherokee ? upper(character) : lower(upper(character));
  }
}
