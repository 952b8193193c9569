package dev.espalier.jinja;

/** A text that is HTML already: what is joined to it is escaped first. */
record Markup(String text) {
  /** Escapes what is no HTML yet. */
  static Markup escaped(Object value, Rendering rendering) {
    return value instanceof Markup markup ? markup : new Markup(escape(value, rendering));
  }

  static String escape(Object value, Rendering rendering) {
    if (value instanceof Markup markup) {
      return markup.text;
    }
    String text = Repr.text(value, rendering);
    rendering.characters(text.length() * 5L, text.length());
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("'", "&#39;")
        .replace("\"", "&#34;");
  }
}
