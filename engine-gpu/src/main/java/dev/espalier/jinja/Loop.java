package dev.espalier.jinja;

import java.util.List;
import java.util.Set;

/** The variable {@code loop} inside a loop. */
final class Loop {
  static final Set<String> METHODS = Set.of("cycle", "changed");

  private final List<?> items;
  private int index = -1;
  private List<Object> last;

  Loop(List<?> items) {
    this.items = items;
  }

  /** Goes on to the next item, which there must be. */
  Object next() {
    return items.get(++index);
  }

  boolean hasNext() {
    return index + 1 < items.size();
  }

  Object attribute(String name) {
    int length = items.size();
    return switch (name) {
      case "index" -> index + 1L;
      case "index0" -> (long) index;
      case "revindex" -> (long) length - index;
      case "revindex0" -> (long) length - index - 1;
      case "first" -> index == 0;
      case "last" -> index == length - 1;
      case "length" -> (long) length;
      case "depth" -> 1L;
      case "depth0" -> 0L;
      case "previtem" -> index > 0 ? items.get(index - 1) : new Undefined(name);
      case "nextitem" -> hasNext() ? items.get(index + 1) : new Undefined(name);
      case "cycle" ->
          (Function)
              (arguments, named) -> {
                if (arguments.isEmpty()) {
                  throw new JinjaException("loop.cycle needs items");
                }
                return arguments.get(index % arguments.size());
              };
      case "changed" -> (Function) (arguments, named) -> changed(arguments);
      default -> new Undefined(name);
    };
  }

  private boolean changed(List<Object> values) {
    boolean changed = last == null || !Values.areEqual(last, values);
    last = values;
    return changed;
  }
}
