package dev.espalier.jinja;

/** A text that counts how often its characters are read. */
final class CountedText implements CharSequence {
  static final long MOST_READS = 200_000_000;

  static final class TooManyReadsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    TooManyReadsException() {
      super("too many reads", null, false, false);
    }
  }

  private final String text;
  private long reads;

  CountedText(String text) {
    this.text = text;
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public char charAt(int index) {
    if (++reads > MOST_READS) {
      throw new TooManyReadsException();
    }
    return text.charAt(index);
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return text.substring(start, end);
  }

  @Override
  public String toString() {
    return text;
  }
}
