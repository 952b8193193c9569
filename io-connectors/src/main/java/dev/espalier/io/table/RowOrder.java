package dev.espalier.io.table;

/** The order of rows in a file: that of the UTF-8 bytes of their ids, which is by code points. */
final class RowOrder {
  private RowOrder() {}

  static int compare(String a, String b) {
    int common = Math.min(a.length(), b.length());
    for (int i = 0; i < common; i++) {
      char c = a.charAt(i);
      char d = b.charAt(i);
      if (c != d) {
        // Surrogates stand for code points above all of the other chars.
        boolean above = Character.isSurrogate(c);
        return above == Character.isSurrogate(d) ? Character.compare(c, d) : above ? 1 : -1;
      }
    }
    return Integer.compare(a.length(), b.length());
  }
}
