package dev.espalier.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The filter {@code urlize}: addresses in a text become links. */
final class Urlize {
  private static final String WORD = "\\p{L}\\p{N}_";
  private static final Pattern SPACE =
      Pattern.compile(
          "[\\t-\\r"
              + "\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+");
  private static final Pattern HEAD = Pattern.compile("^(?:[(<]|&lt;)++");
  private static final Pattern TAIL = Pattern.compile("(?:[)>.,\\n]|&gt;)++$");
  private static final Pattern SCHEME = Pattern.compile("[" + WORD + ".+-]{2,}:/{0,2}");
  private static final Pattern EMAIL =
      Pattern.compile("^\\S+@[" + WORD + "][" + WORD + ".-]*\\.[" + WORD + "]+$");
  private static final Pattern URL =
      Pattern.compile(
          "^(?:(?:https?://|www\\.)(?:["
              + WORD
              + "%-]++\\.)*+(?:[a-z]{2,63}|xn--["
              + WORD
              + "%]{2,59})|(?:["
              + WORD
              + "%-]{2,63}\\.)++(?:com|net|int|edu|gov|org|info|mil)"
              + "|https?://(?:\\p{Nd}{1,3}(?:\\.\\p{Nd}{1,3}){3}"
              + "|\\[(?:[\\p{Nd}a-f]{0,4}:){2}(?:[\\p{Nd}a-f]{0,4}:?){1,6}\\]))"
              + "(?::\\p{Nd}{1,5})?(?:[/?#]\\S*)?$",
          Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
  private static final String[][] BRACKETS = {{"(", ")"}, {"<", ">"}, {"&lt;", "&gt;"}};

  private final long limit;
  private final String attributes;
  private final List<String> schemes;
  private final Rendering rendering;

  private Urlize(long limit, String attributes, List<String> schemes, Rendering rendering) {
    this.limit = limit;
    this.attributes = attributes;
    this.schemes = schemes;
    this.rendering = rendering;
  }

  static Object urlize(Object value, Given given, Rendering rendering) {
    TreeSet<String> rel = new TreeSet<>();
    rel.add("noopener");
    if (Comparison.isTrue(given.get(3, null))) {
      TextMethods.words(given.text(3), Long.MAX_VALUE).forEach(word -> rel.add((String) word));
    }
    if (given.isTrue(1, rendering)) {
      rel.add("nofollow");
    }
    List<String> schemes = new ArrayList<>();
    if (given.get(4, null) != null) {
      for (Object scheme : Iteration.list(given.get(4), rendering)) {
        if (!SCHEME.matcher(Types.requireText(scheme)).matches()) {
          throw new JinjaException("'" + Types.text(scheme) + "' is no start of an address");
        }
        schemes.add(Types.text(scheme));
      }
    }
    Object target = given.get(2, null);
    String attributes = " rel=\"" + Markup.escape(String.join(" ", rel), rendering) + "\"";
    if (Comparison.isTrue(target)) {
      attributes += " target=\"" + Markup.escape(target, rendering) + "\"";
    }
    long limit = given.get(0, null) == null ? Long.MAX_VALUE : given.integer(0, 0);
    return new Urlize(limit, attributes, schemes, rendering)
        .linked(Markup.escape(value, rendering));
  }

  private String linked(String text) {
    rendering.characters(text.length() * 8L);
    StringBuilder linked = new StringBuilder();
    Matcher spaces = SPACE.matcher(text);
    int position = 0;
    while (spaces.find()) {
      append(linked, word(text.substring(position, spaces.start())));
      append(linked, spaces.group());
      position = spaces.end();
    }
    append(linked, word(text.substring(position)));
    return linked.toString();
  }

  private void append(StringBuilder linked, String piece) {
    rendering.characters((long) linked.length() + piece.length(), piece.length());
    linked.append(piece);
  }

  private String word(String word) {
    // Quadratic at worst.
    rendering.step((long) word.length() * word.length() / 1024);
    String middle = word;
    String head = "";
    String tail = "";
    Matcher start = HEAD.matcher(middle);
    if (start.find()) {
      head = start.group();
      middle = middle.substring(start.end());
    }
    Matcher end = TAIL.matcher(middle);
    if (end.find()) {
      tail = end.group();
      middle = middle.substring(0, end.start());
    }
    for (String[] bracket : BRACKETS) {
      long open = occurrences(middle, bracket[0]);
      if (open <= occurrences(middle, bracket[1])) {
        continue;
      }
      long moved = Math.min(open, occurrences(tail, bracket[1]));
      for (long i = 0; i < moved; i++) {
        int index = tail.indexOf(bracket[1]) + bracket[1].length();
        middle += tail.substring(0, index);
        tail = tail.substring(index);
      }
    }
    return head + link(middle) + tail;
  }

  private static long occurrences(String text, String part) {
    long count = 0;
    for (int i = text.indexOf(part); i >= 0; i = text.indexOf(part, i + part.length())) {
      count++;
    }
    return count;
  }

  private String link(String address) {
    if (URL.matcher(address).find()) {
      boolean hasScheme = address.startsWith("https://") || address.startsWith("http://");
      return anchor((hasScheme ? "" : "https://") + address, attributes, shortened(address));
    }
    if (address.startsWith("mailto:") && EMAIL.matcher(address.substring(7)).find()) {
      return anchor(address, "", address.substring(7));
    }
    boolean isMail =
        address.contains("@")
            && !address.startsWith("www.")
            && !address.startsWith("@")
            && !address.contains(":")
            && EMAIL.matcher(address).find();
    if (isMail) {
      return anchor("mailto:" + address, "", address);
    }
    String linked = address;
    for (String scheme : schemes) {
      if (!linked.equals(scheme) && linked.startsWith(scheme)) {
        linked = anchor(linked, attributes, linked);
      }
    }
    return linked;
  }

  private static String anchor(String address, String attributes, String text) {
    return "<a href=\"" + address + "\"" + attributes + ">" + text + "</a>";
  }

  private String shortened(String address) {
    int length = TextMethods.length(address);
    if (length <= limit) {
      return address;
    }
    long kept = limit < 0 ? Math.max(0, length + limit) : limit;
    return address.substring(0, address.offsetByCodePoints(0, (int) kept)) + "...";
  }
}
