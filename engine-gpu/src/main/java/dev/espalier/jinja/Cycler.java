package dev.espalier.jinja;

import java.util.List;

/** What {@code cycler()} gives. */
final class Cycler {
  final List<Object> items;
  private int position;

  Cycler(List<Object> items) {
    if (items.isEmpty()) {
      throw new JinjaException("at least one item has to be provided");
    }
    this.items = items;
  }

  long position() {
    return position;
  }

  Object current() {
    return items.get(position);
  }

  Object next() {
    Object current = current();
    position = (position + 1) % items.size();
    return current;
  }

  void reset() {
    position = 0;
  }
}
