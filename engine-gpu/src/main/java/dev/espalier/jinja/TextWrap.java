package dev.espalier.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The filter {@code wordwrap}: Python's {@code textwrap} for each line. */
final class TextWrap {
  private static final String WORD = "\\p{L}\\p{N}_";
  private static final String PUNCTUATED = "[" + WORD + "!\"'&.,?]";
  private static final String LETTER = "[\\p{L}\\p{Nl}\\p{No}_]";
  private static final String SPACE = "[\\t\\n\\x0b\\f\\r ]";
  private static final Pattern CHUNK =
      Pattern.compile(
          SPACE
              + "+|(?<="
              + PUNCTUATED
              + ")-{2,}(?=["
              + WORD
              + "])|[^\\t\\n\\x0b\\f\\r ]+?(?:-(?:(?<="
              + LETTER
              + "{2}-)|(?<="
              + LETTER
              + "-"
              + LETTER
              + "-))(?="
              + LETTER
              + "-?"
              + LETTER
              + ")|(?="
              + SPACE
              + "|\\z)|(?<="
              + PUNCTUATED
              + ")(?=-{2,}["
              + WORD
              + "]))");
  private static final Pattern SIMPLE_CHUNK = Pattern.compile(SPACE + "+");

  private final int width;
  private final boolean breaksWords;
  private final boolean breaksHyphens;
  private final List<String> lines = new ArrayList<>();

  private TextWrap(int width, boolean breaksWords, boolean breaksHyphens) {
    this.width = width;
    this.breaksWords = breaksWords;
    this.breaksHyphens = breaksHyphens;
  }

  static Object wordwrap(Object value, Given given, Rendering rendering) {
    String text = Types.requireText(value);
    rendering.characters(text.length() * 8L, text.length() * 16L);
    long width = Math.min(given.integer(0, 79), Integer.MAX_VALUE);
    boolean breaksWords = !given.has(1) || given.isTrue(1, rendering);
    String joint = given.get(2, null) == null ? "\n" : given.text(2);
    Object hyphens = given.get(3, true);
    List<String> paragraphs = new ArrayList<>();
    for (Object line : TextMethods.lines(text, false, rendering)) {
      if (width <= 0) {
        throw new JinjaException("the width must be above 0");
      }
      boolean isTrue = Boolean.TRUE.equals(hyphens);
      TextWrap wrap = new TextWrap((int) width, breaksWords, Comparison.isTrue(hyphens));
      wrap.wrap(chunks((String) line, isTrue ? CHUNK : SIMPLE_CHUNK), rendering);
      paragraphs.add(TextMethods.joined(joint, wrap.lines, rendering));
    }
    String wrapped = TextMethods.joined(joint, paragraphs, rendering);
    boolean isMarkup = given.get(2, null) instanceof Markup;
    return isMarkup ? new Markup(wrapped) : wrapped;
  }

  private static List<String> chunks(String line, Pattern pattern) {
    List<String> chunks = new ArrayList<>();
    Matcher matcher = pattern.matcher(line);
    int position = 0;
    while (matcher.find()) {
      if (matcher.start() > position) {
        chunks.add(line.substring(position, matcher.start()));
      }
      if (matcher.end() > matcher.start()) {
        chunks.add(matcher.group());
      }
      position = matcher.end();
    }
    if (position < line.length()) {
      chunks.add(line.substring(position));
    }
    return chunks;
  }

  private static boolean isBlank(String chunk) {
    return chunk.codePoints().allMatch(Lexer::isSpace);
  }

  private void wrap(List<String> chunks, Rendering rendering) {
    int next = 0;
    while (next < chunks.size()) {
      rendering.step(1);
      List<String> line = new ArrayList<>();
      int length = 0;
      if (!lines.isEmpty() && isBlank(chunks.get(next))) {
        next++;
      }
      while (next < chunks.size() && length + size(chunks.get(next)) <= width) {
        length += size(chunks.get(next));
        line.add(chunks.get(next++));
      }
      if (next < chunks.size() && size(chunks.get(next)) > width) {
        String chunk = chunks.get(next);
        if (breaksWords) {
          int end = breakIn(chunk, width - length);
          line.add(chunk.substring(0, end));
          chunks.set(next, chunk.substring(end));
          rendering.characters(chunk.length());
        } else if (line.isEmpty()) {
          line.add(chunk);
          next++;
        }
      }
      if (!line.isEmpty() && isBlank(line.get(line.size() - 1))) {
        line.remove(line.size() - 1);
      }
      if (!line.isEmpty()) {
        lines.add(String.join("", line));
      }
    }
  }

  private static int size(String chunk) {
    return TextMethods.length(chunk);
  }

  /** Where a word that is too long is broken, for so much room. */
  private int breakIn(String chunk, int room) {
    int end = chunk.offsetByCodePoints(0, Math.min(room, size(chunk)));
    if (breaksHyphens && size(chunk) > room) {
      int hyphen = chunk.substring(0, end).lastIndexOf('-');
      if (hyphen > 0 && chunk.substring(0, hyphen).chars().anyMatch(c -> c != '-')) {
        return hyphen + 1;
      }
    }
    return end;
  }
}
