package dev.espalier.jinja;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts out of HTML, as Python's {@code html.unescape} and MarkupSafe read it. */
final class Html {
  private static final Pattern REFERENCE =
      Pattern.compile("&(#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\\t\\n\\f <&#;]{1,32};?)");

  /** What numbers that are no characters mean, from 0x80 on; 0 where it is the number itself. */
  private static final String WINDOWS =
      "\u20ac\0\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\0\u017d\0\0\u2018"
          + "\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\0\u017e\u0178";

  /** By name, which ends in a semicolon unless HTML lets it be left out. */
  private static final Map<String, String> ENTITIES = entities();

  private Html() {}

  private static Map<String, String> entities() {
    Map<String, String> entities = new HashMap<>();
    try (InputStream file = Html.class.getResourceAsStream("html-entities.txt")) {
      String all = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      for (String line : all.split("\n", 0)) {
        String[] parts = line.split(" ", 0);
        StringBuilder text = new StringBuilder();
        for (int i = 1; i < parts.length; i++) {
          text.appendCodePoint(Integer.parseInt(parts[i], 16));
        }
        entities.put(parts[0], text.toString());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return entities;
  }

  /** Without tags and comments, each white space one blank, entities resolved. */
  static String withoutTags(String html, Rendering rendering) {
    rendering.characters(html.length() * 4L);
    StringBuilder text = new StringBuilder();
    int position = 0;
    for (int start = html.indexOf('<'); start >= 0; start = html.indexOf('<', position)) {
      boolean isComment = html.startsWith("<!--", start);
      int end = isComment ? html.indexOf("-->", start + 4) : html.indexOf('>', start);
      if (end < 0) {
        break;
      }
      text.append(html, position, start);
      position = end + (isComment ? 3 : 1);
    }
    text.append(html, position, html.length());
    StringBuilder words = new StringBuilder();
    for (Object word : TextMethods.words(text.toString(), Long.MAX_VALUE)) {
      words.append(words.length() == 0 ? "" : " ").append(word);
    }
    return unescaped(words.toString(), rendering);
  }

  static String unescaped(String html, Rendering rendering) {
    rendering.characters(html.length() * 4L);
    if (html.indexOf('&') < 0) {
      return html;
    }
    Matcher matcher = REFERENCE.matcher(html);
    return matcher.replaceAll(match -> Matcher.quoteReplacement(resolved(match.group(1))));
  }

  private static String resolved(String reference) {
    if (reference.charAt(0) == '#') {
      return numbered(reference.substring(1).replace(";", ""));
    }
    String whole = ENTITIES.get(reference);
    if (whole != null) {
      return whole;
    }
    for (int length = reference.length() - 1; length > 1; length--) {
      String start = ENTITIES.get(reference.substring(0, length));
      if (start != null) {
        return start + reference.substring(length);
      }
    }
    return "&" + reference;
  }

  private static String numbered(String digits) {
    boolean isHexadecimal = Character.toLowerCase(digits.charAt(0)) == 'x';
    String number = (isHexadecimal ? digits.substring(1) : digits).replaceFirst("^0+", "");
    boolean isTooLong = number.length() > 8;
    int code =
        isTooLong
            ? Integer.MAX_VALUE
            : number.isEmpty() ? 0 : Integer.parseInt(number, isHexadecimal ? 16 : 10);
    if (code == 0 || code > Character.MAX_CODE_POINT || (code >= 0xD800 && code <= 0xDFFF)) {
      return "\uFFFD";
    }
    if (code == 0x0D) {
      return "\r";
    }
    if (code >= 0x80 && code < 0xA0) {
      char windows = WINDOWS.charAt(code - 0x80);
      return Character.toString(windows == 0 ? code : windows);
    }
    boolean isInvalid =
        code < 0x09
            || code == 0x0B
            || (code >= 0x0E && code < 0x20)
            || code == 0x7F
            || (code >= 0xFDD0 && code <= 0xFDEF)
            || (code & 0xFFFE) == 0xFFFE;
    return isInvalid ? "" : Character.toString(code);
  }
}
