package dev.espalier.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/** Going through the items of a value. */
final class Iteration {
  private Iteration() {}

  /** Whether {@link #of} gives items. */
  static boolean isIterable(Object value) {
    return Types.isText(value)
        || value instanceof List<?>
        || value instanceof Dict
        || value instanceof View
        || value instanceof Generator
        || value instanceof Loop;
  }

  /** What a loop over {@code value} sees, one after the other. */
  @SuppressWarnings("unchecked") // Lists in templates hold any object.
  static Iterator<Object> of(Object value, Rendering rendering) {
    if (value instanceof List<?> list) {
      return ((List<Object>) list).iterator();
    }
    if (value instanceof Dict dict) {
      return dict.keys().iterator();
    }
    if (value instanceof View view) {
      return view.list().iterator();
    }
    if (value instanceof Generator generator) {
      return generator.items();
    }
    if (value instanceof Loop loop) {
      return loop;
    }
    if (Types.isText(value)) {
      return characters(Types.text(value));
    }
    if (value instanceof Undefined undefined) {
      undefined.requireLenient();
      return Collections.emptyIterator();
    }
    throw new JinjaException(Types.described(value) + " has no items to go through");
  }

  private static Iterator<Object> characters(String text) {
    return new Iterator<>() {
      private int position;

      @Override
      public boolean hasNext() {
        return position < text.length();
      }

      @Override
      public Object next() {
        if (!hasNext()) {
          throw new java.util.NoSuchElementException();
        }
        int next = text.offsetByCodePoints(position, 1);
        String character = text.substring(position, next);
        position = next;
        return character; // Also of markup: Python's iteration gives plain characters.
      }
    };
  }

  /** The items as a new list. */
  static ArrayList<Object> list(Object value, Rendering rendering) {
    if (value instanceof List<?> list) {
      rendering.items(list.size() / 8);
      return new ArrayList<>(list);
    }
    ArrayList<Object> items = new ArrayList<>();
    Iterator<Object> iterator = of(value, rendering);
    while (iterator.hasNext()) {
      rendering.step(1);
      items.add(iterator.next());
    }
    return items;
  }

  /** The first items, at most {@code count}. */
  static List<Object> upTo(Object value, int count, Rendering rendering) {
    List<Object> items = new ArrayList<>();
    Iterator<Object> iterator = of(value, rendering);
    while (items.size() < count && iterator.hasNext()) {
      items.add(iterator.next());
    }
    return items;
  }

  /** Python's {@code len}. */
  static long length(Object value, Rendering rendering) {
    if (value instanceof List<?> list) {
      return list.size();
    }
    if (value instanceof Dict dict) {
      return dict.size();
    }
    if (value instanceof View view) {
      return view.dict().size();
    }
    if (Types.isText(value)) {
      String text = Types.text(value);
      rendering.step(text.length() / 256);
      return text.codePointCount(0, text.length());
    }
    if (value instanceof Loop loop) {
      return loop.length();
    }
    if (value instanceof Undefined undefined) {
      undefined.requireLenient();
      return 0;
    }
    throw new JinjaException(Types.described(value) + " has no length");
  }
}
