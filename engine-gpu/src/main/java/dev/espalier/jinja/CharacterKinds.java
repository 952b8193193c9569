package dev.espalier.jinja;

import java.util.function.IntPredicate;

/** Python's questions about the characters of a text. */
final class CharacterKinds {
  /** What Unicode calls a digit but not a decimal one, first and last of each run. */
  private static final int[] DIGITS = {
    0xb2, 0xb3, 0xb9, 0xb9, 0x1369, 0x1371, 0x19da, 0x19da, 0x2070, 0x2070, 0x2074, 0x2079, 0x2080,
    0x2089, 0x2460, 0x2468, 0x2474, 0x247c, 0x2488, 0x2490, 0x24ea, 0x24ea, 0x24f5, 0x24fd, 0x24ff,
    0x24ff, 0x2776, 0x277e, 0x2780, 0x2788, 0x278a, 0x2792, 0x10a40, 0x10a43, 0x10e60, 0x10e68,
    0x11052, 0x1105a, 0x1f100, 0x1f10a
  };

  /** Letters that are numbers. */
  private static final String NUMERIC_LETTERS =
      "\u3405\u3483\u382a\u3b4d\u4e00\u4e03\u4e07\u4e09\u4e5d\u4e8c\u4e94\u4e96\u4ebf\u4ec0\u4edf"
          + "\u4ee8\u4f0d\u4f70\u5104\u5146\u5169\u516b\u516d\u5341\u5343\u5344\u5345\u534c\u53c1"
          + "\u53c2\u53c3\u53c4\u56db\u58f1\u58f9\u5e7a\u5efe\u5eff\u5f0c\u5f0d\u5f0e\u5f10\u62fe"
          + "\u634c\u67d2\u6f06\u7396\u767e\u8086\u842c\u8cae\u8cb3\u8d30\u9621\u9646\u964c\u9678"
          + "\u96f6\uf96b\uf973\uf978\uf9b2\uf9d1\uf9d3\uf9fd\ud840\udc01\ud840\udc64\ud840\udce2"
          + "\ud840\udd21\ud842\udd2a\ud842\udd83\ud842\udd8c\ud842\udd9c\ud842\udeea\ud842\udefd"
          + "\ud842\udf19\ud848\udf90\ud84a\udd98\ud84e\udf1b\ud859\ude6d\ud87e\udc90";

  private CharacterKinds() {}

  static boolean isDecimal(int c) {
    return Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER;
  }

  static boolean isDigit(int c) {
    for (int i = 0; i < DIGITS.length; i += 2) {
      if (c >= DIGITS[i] && c <= DIGITS[i + 1]) {
        return true;
      }
    }
    return isDecimal(c);
  }

  static boolean isNumeric(int c) {
    int type = Character.getType(c);
    return type == Character.LETTER_NUMBER
        || type == Character.OTHER_NUMBER
        || isDecimal(c)
        || NUMERIC_LETTERS.indexOf(c) >= 0;
  }

  static boolean isAlphabetic(int c) {
    return Character.isLetter(c);
  }

  static boolean isAlphanumeric(int c) {
    return isAlphabetic(c) || isNumeric(c);
  }

  /** Whether there are characters and all of them are of a kind. */
  static boolean all(String text, IntPredicate kind) {
    return !text.isEmpty() && text.codePoints().allMatch(kind);
  }

  static boolean isIdentifier(String text) {
    if (text.isEmpty()) {
      return false;
    }
    int first = text.codePointAt(0);
    return (first == '_' || Character.isUnicodeIdentifierStart(first))
        && text.codePoints()
            .allMatch(
                c -> Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c));
  }

  /** Whether there is a cased character and none is of the other case. */
  static boolean isCase(String text, boolean upper) {
    boolean found = false;
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int c = text.codePointAt(i);
      boolean other = upper ? Character.isLowerCase(c) : Character.isUpperCase(c);
      if (other || Character.isTitleCase(c)) {
        return false;
      }
      found |= upper ? Character.isUpperCase(c) : Character.isLowerCase(c);
    }
    return found;
  }

  static boolean isTitle(String text) {
    boolean found = false;
    boolean inWord = false;
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int c = text.codePointAt(i);
      if (Character.isUpperCase(c) || Character.isTitleCase(c)) {
        if (inWord) {
          return false;
        }
        inWord = true;
        found = true;
      } else if (Character.isLowerCase(c)) {
        if (!inWord) {
          return false;
        }
        found = true;
      } else {
        inWord = false;
      }
    }
    return found;
  }
}
