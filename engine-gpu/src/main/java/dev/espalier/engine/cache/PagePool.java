package dev.espalier.engine.cache;

/** The numbers of the pages that hold nothing. */
final class PagePool {
  private final int[] free;
  private int count;

  PagePool(int pages) {
    free = new int[pages];
    // Taken from the end, so that the first page out is page 0.
    for (int i = 0; i < pages; i++) {
      free[i] = pages - 1 - i;
    }
    count = pages;
  }

  int total() {
    return free.length;
  }

  int free() {
    return count;
  }

  /** Takes a page; there must be one. */
  int take() {
    return free[--count];
  }

  void giveBack(int page) {
    free[count++] = page;
  }

  /** The free page at {@code index} in {@code [0, free)}. */
  int peek(int index) {
    return free[index];
  }
}
