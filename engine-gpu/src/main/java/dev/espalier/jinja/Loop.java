package dev.espalier.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The variable {@code loop}, and the items of the loop. */
final class Loop implements Function, Iterator<Object> {
  /** Renders the body of a recursive loop over other items. */
  interface Recursion {
    String render(Object items, int depth);
  }

  private static final Object NONE = new Object();

  private final Object iterable;
  private Iterator<Object> iterator;
  private final int depth;
  private final Recursion recursion;
  private final Rendering rendering;
  private long length = -1;
  private int index0 = -1;
  private Object before = NONE;
  private Object current = NONE;
  private Object after = NONE;
  private Object lastChanged = NONE;

  /**
   * @param depth from 0
   * @param recursion null if the loop is not recursive
   */
  Loop(Object iterable, int depth, Recursion recursion, Rendering rendering) {
    this.iterable = iterable;
    this.iterator = Iteration.of(iterable, rendering);
    this.depth = depth;
    this.recursion = recursion;
    this.rendering = rendering;
  }

  @Override
  public boolean hasNext() {
    return after != NONE || iterator.hasNext();
  }

  @Override
  public Object next() {
    Object next = after == NONE ? iterator.next() : after;
    after = NONE;
    index0++;
    before = current;
    current = next;
    return next;
  }

  private Object peek() {
    if (after == NONE && iterator.hasNext()) {
      after = iterator.next();
    }
    return after;
  }

  long length() {
    if (length < 0) {
      if (iterable instanceof Generator) {
        List<Object> rest = new ArrayList<>();
        while (iterator.hasNext()) {
          rendering.step(1);
          rest.add(iterator.next());
        }
        iterator = rest.iterator();
        length = rest.size() + index0 + 1L + (after == NONE ? 0 : 1);
      } else {
        length = Iteration.length(iterable, rendering);
      }
    }
    return length;
  }

  @Override
  public Object call(Rendering caller, Arguments arguments) {
    Given given = Signature.of("iterable").bind(arguments);
    if (recursion == null) {
      throw new JinjaException("the loop must be recursive to be called");
    }
    return recursion.render(given.get(0), depth + 1);
  }

  /** The attribute of this name; {@link Frame#MISSING} if there is none. */
  Object attribute(String name) {
    return switch (name) {
      case "index" -> index0 + 1L;
      case "index0" -> (long) index0;
      case "revindex" -> length() - index0;
      case "revindex0" -> length() - index0 - 1;
      case "first" -> index0 == 0;
      case "last" -> peek() == NONE;
      case "length" -> length();
      case "depth" -> depth + 1L;
      case "depth0" -> (long) depth;
      case "previtem" -> index0 == 0 ? undefined("there is no previous item") : before;
      case "nextitem" -> peek() == NONE ? undefined("there is no next item") : after;
      case "cycle" -> (Function) (r, arguments) -> cycle(arguments);
      case "changed" -> (Function) (r, arguments) -> changed(arguments);
      default -> Frame.MISSING;
    };
  }

  private Undefined undefined(String reason) {
    return rendering.undefined("", reason);
  }

  private Object cycle(Arguments arguments) {
    if (arguments.positional().isEmpty() || !arguments.named().isEmpty()) {
      throw new JinjaException("loop.cycle takes items");
    }
    return arguments.positional().get(index0 % arguments.positional().size());
  }

  private boolean changed(Arguments arguments) {
    if (!arguments.named().isEmpty()) {
      throw new JinjaException("loop.changed takes values");
    }
    Tuple value = new Tuple(arguments.positional());
    if (lastChanged instanceof Tuple last && Comparison.areEqual(last, value, rendering)) {
      return false;
    }
    lastChanged = value;
    return true;
  }

  @Override
  public String toString() {
    return "<LoopContext " + (index0 + 1) + "/" + length() + ">";
  }
}
