package dev.espalier.jobs.schedule.page;

/** Text of HTML: what is not written by {@link #raw} is escaped. Not thread-safe. */
final class Html {
  private final StringBuilder out = new StringBuilder();

  /** Escaped for text and for attributes in double quotes. */
  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\'' -> escaped.append("&#39;");
        default -> escaped.append(c < ' ' && c != '\n' && c != '\t' ? '\uFFFD' : c);
      }
    }
    return escaped.toString();
  }

  Html raw(String html) {
    out.append(html);
    return this;
  }

  Html text(String text) {
    out.append(escaped(text));
    return this;
  }

  /** An element with a class and a text. */
  Html element(String name, String cssClass, String text) {
    out.append('<').append(name);
    if (!cssClass.isEmpty()) {
      out.append(" class=\"").append(escaped(cssClass)).append('"');
    }
    out.append('>').append(escaped(text)).append("</").append(name).append('>');
    return this;
  }

  /** The same with a title, which shows where the pointer rests. */
  Html titled(String name, String cssClass, String title, String text) {
    out.append('<')
        .append(name)
        .append(" class=\"")
        .append(escaped(cssClass))
        .append("\" title=\"")
        .append(escaped(title))
        .append("\">")
        .append(escaped(text))
        .append("</")
        .append(name)
        .append('>');
    return this;
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
