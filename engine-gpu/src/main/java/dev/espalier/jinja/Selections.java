package dev.espalier.jinja;

import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** {@code map}, {@code select}, {@code reject} and their like, which read their items lazily. */
final class Selections {
  private Selections() {}

  static void addTo(Map<String, Filters.Filter> all) {
    all.put("map", Selections::map);
    all.put("select", (v, a, r) -> select(v, a, false, true, r));
    all.put("reject", (v, a, r) -> select(v, a, false, false, r));
    all.put("selectattr", (v, a, r) -> select(v, a, true, true, r));
    all.put("rejectattr", (v, a, r) -> select(v, a, true, false, r));
  }

  /** The items that a test lets through. */
  static final class Kept implements Iterator<Object> {
    private final Iterator<Object> all;
    private final Predicate<Object> test;
    private final Rendering rendering;
    private Object next;
    private boolean isReady;

    Kept(Iterator<Object> all, Predicate<Object> test, Rendering rendering) {
      this.all = all;
      this.test = test;
      this.rendering = rendering;
    }

    @Override
    public boolean hasNext() {
      while (!isReady && all.hasNext()) {
        rendering.step(1);
        next = all.next();
        isReady = test.test(next);
      }
      return isReady;
    }

    @Override
    public Object next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      isReady = false;
      return next;
    }
  }

  private record Mapped(Iterator<Object> all, UnaryOperator<Object> function, Rendering rendering)
      implements Iterator<Object> {
    @Override
    public boolean hasNext() {
      return all.hasNext();
    }

    @Override
    public Object next() {
      rendering.step(1);
      return function.apply(all.next());
    }
  }

  private static Object map(Object value, Arguments arguments, Rendering rendering) {
    return new Generator(
        "generator",
        new ListFilters.Lazily(
            () -> {
              if (!Comparison.isTrue(value)) {
                return Collections.emptyIterator();
              }
              UnaryOperator<Object> function = function(arguments, rendering);
              return new Mapped(Iteration.of(value, rendering), function, rendering);
            }));
  }

  private static UnaryOperator<Object> function(Arguments arguments, Rendering rendering) {
    List<Object> positional = arguments.positional();
    if (positional.isEmpty() && arguments.named().containsKey("attribute")) {
      Map<String, Object> named = new LinkedHashMap<>(arguments.named());
      Object attribute = named.remove("attribute");
      Object otherwise = named.remove("default");
      if (!named.isEmpty()) {
        throw new JinjaException("does not take the argument " + named.keySet().iterator().next());
      }
      return AttributePath.of(attribute, rendering, otherwise)::of;
    }
    if (positional.isEmpty()) {
      throw new JinjaException("needs the name of a filter, or an attribute");
    }
    String name = named(positional.get(0), "filter");
    Arguments rest = arguments.from(1);
    return item -> Filters.apply(name, item, rest, rendering);
  }

  private static String named(Object name, String what) {
    if (name instanceof Undefined undefined) {
      undefined.requireLenient();
    }
    if (!Types.isText(name)) {
      throw new JinjaException("the name of a " + what + " is a text");
    }
    return Types.text(name);
  }

  private static Object select(
      Object value, Arguments arguments, boolean ofAttribute, boolean keeps, Rendering rendering) {
    return new Generator(
        "generator",
        new ListFilters.Lazily(
            () -> {
              if (!Comparison.isTrue(value)) {
                return Collections.emptyIterator();
              }
              Predicate<Object> test = test(arguments, ofAttribute, rendering);
              return new Kept(
                  Iteration.of(value, rendering), item -> test.test(item) == keeps, rendering);
            }));
  }

  private static Predicate<Object> test(
      Arguments arguments, boolean ofAttribute, Rendering rendering) {
    List<Object> positional = arguments.positional();
    int used = ofAttribute ? 1 : 0;
    if (positional.size() < used) {
      throw new JinjaException("needs the name of an attribute");
    }
    AttributePath path = AttributePath.of(ofAttribute ? positional.get(0) : null, rendering);
    if (positional.size() == used) {
      return item -> Comparison.isTrue(path.of(item));
    }
    String name = named(positional.get(used), "test");
    Arguments rest = arguments.from(used + 1);
    return item -> Predicates.apply(name, path.of(item), rest, rendering);
  }
}
