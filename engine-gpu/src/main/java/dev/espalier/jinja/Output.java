package dev.espalier.jinja;

/** The text that a template or a block of it has written so far. */
final class Output {
  private final StringBuilder text = new StringBuilder();
  private final Rendering rendering;

  /** A piece that is no text is an error once the rest is written, as pieces are joined then. */
  private JinjaException broken;

  Output(Rendering rendering) {
    this.rendering = rendering;
  }

  void write(String piece) {
    rendering.characters((long) text.length() + piece.length(), piece.length());
    text.append(piece);
  }

  /** What a call block or a filter block has made, which must be a text. */
  void writeText(Object value, Statement block) {
    if (Types.isText(value)) {
      write(Types.text(value));
    } else if (broken == null) {
      broken =
          new JinjaException("the block gives " + Types.described(value) + ", not a text")
              .at(block.line, block.column);
    }
  }

  @Override
  public String toString() {
    if (broken != null) {
      throw broken;
    }
    return text.toString();
  }
}
