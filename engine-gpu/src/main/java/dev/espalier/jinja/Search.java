package dev.espalier.jinja;

/** What looking for one text in another costs. */
final class Search {
  private Search() {}

  /** Counts the steps of a search, which in the worst case compares everything with everything. */
  static void count(String text, String part, Rendering rendering) {
    long length = text.length();
    long partLength = Math.min(part.length(), length);
    long compared = partLength < 8 ? 0 : (length - partLength) * partLength / 512;
    rendering.step(length / 64 + compared);
  }
}
