package dev.espalier.jinja;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;

/** {@code {% for target in iterable if test recursive %} body {% else %} … {% endfor %}}. */
final class For extends Statement {
  private final Expression target;
  private final Expression iterable;
  private final Expression test;
  private final boolean isRecursive;
  private final List<Statement> body;
  private final List<Statement> otherwise;

  /** The same as {@link #target}, for the variables of the test. */
  private final Expression testTarget;

  private Symbols.Entry bodyEntry;
  private Symbols.Entry otherwiseEntry;
  private Symbols.Entry testEntry;
  private Slots slots;
  private Slots testSlots;

  /** Of the variable {@code loop}; below zero if the body does not use it. */
  private int loopIndex = -1;

  /**
   * @param testTarget another tree of the same text as {@code target}
   * @param test may be null
   */
  For(
      Token at,
      Expression target,
      Expression testTarget,
      Expression iterable,
      Expression test,
      boolean isRecursive,
      List<Statement> body,
      List<Statement> otherwise) {
    super(at);
    this.target = target;
    this.testTarget = testTarget;
    this.iterable = iterable;
    this.test = test;
    this.isRecursive = isRecursive;
    this.body = body;
    this.otherwise = otherwise;
  }

  @Override
  Flow execute(Rendering rendering, Frame frame, Output output) {
    Object items = iterable.value(rendering, frame);
    try {
      if (isRecursive) {
        output.write(recurse(items, 0, rendering, frame));
        return Flow.NEXT;
      }
      return loop(items, 0, rendering, frame, frame, output);
    } catch (JinjaException e) {
      throw e.at(iterable.line, iterable.column);
    }
  }

  /** The text of the loop over {@code items}, in variables of its own. */
  private String recurse(Object items, int depth, Rendering rendering, Frame outer) {
    Output output = new Output(rendering);
    rendering.enter();
    loop(items, depth, rendering, outer, new Frame(outer, slots.size()), output);
    rendering.leave();
    return output.toString();
  }

  /**
   * @param outer where the loop stands
   * @param frame that of its variables: the same, unless it is recursive
   */
  private Flow loop(
      Object items, int depth, Rendering rendering, Frame outer, Frame frame, Output output) {
    Object seen =
        test == null ? items : new Generator("generator", tested(items, rendering, outer));
    Loop loop = null;
    Iterator<Object> iterator;
    if (loopIndex < 0) {
      iterator = Iteration.of(seen, rendering);
    } else {
      Loop.Recursion recursion =
          isRecursive ? (inner, at) -> recurse(inner, at, rendering, outer) : null;
      loop = new Loop(seen, depth, recursion, rendering);
      iterator = loop;
    }
    boolean ran = false;
    Flow flow = Flow.NEXT;
    while (flow != Flow.BREAK && iterator.hasNext()) {
      rendering.step(1);
      target.assign(rendering, frame, iterator.next());
      if (loop != null) {
        frame.variables[loopIndex] = loop;
      }
      bodyEntry.begin(frame);
      flow = runAll(body, rendering, frame, output);
      ran |= flow == Flow.NEXT; // As Jinja2: a round that is left early does not count.
    }
    bodyEntry.end(frame);
    if (ran || otherwise.isEmpty()) {
      return Flow.NEXT;
    }
    otherwiseEntry.begin(frame);
    flow = runAll(otherwise, rendering, frame, output);
    otherwiseEntry.end(frame);
    return flow;
  }

  /** The items that the test lets through, asked for one after the other. */
  private Iterator<Object> tested(Object items, Rendering rendering, Frame outer) {
    return new Iterator<>() {
      private Iterator<Object> all;
      private Frame frame;
      private Object next;
      private boolean isReady;

      @Override
      public boolean hasNext() {
        if (all == null) {
          frame = new Frame(outer, testSlots.size());
          testEntry.begin(frame);
          all = Iteration.of(items, rendering);
        }
        while (!isReady && all.hasNext()) {
          next = all.next();
          testTarget.assign(rendering, frame, next);
          isReady = Comparison.isTrue(test.value(rendering, frame));
          next = testTarget.value(rendering, frame); // What was unpacked comes as a tuple.
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
    };
  }

  @Override
  void declare(Symbols symbols) {
    symbols.visit(iterable);
  }

  @Override
  void bind(Binder binder, Symbols symbols, boolean soft) {
    slots = isRecursive ? new Slots(symbols.slots) : symbols.slots;
    Symbols inner = new Symbols(symbols, slots);
    if (isRecursive || undeclared(body, Set.of("loop")).contains("loop")) {
      inner.parameter("loop");
      loopIndex = inner.place("loop", slots).index();
    }
    inner.visit(target, true);
    inner.visit(body);
    bodyEntry = inner.entry();
    if (test != null) {
      testSlots = new Slots(symbols.slots);
      Symbols tested = new Symbols(symbols, testSlots);
      tested.visit(testTarget, true);
      tested.visit(test);
      testEntry = tested.entry();
      binder.bind(testTarget, tested, soft);
      binder.bind(test, tested, soft);
    }
    Symbols otherwiseSymbols = new Symbols(symbols, slots);
    otherwiseSymbols.visit(otherwise);
    otherwiseEntry = otherwiseSymbols.entry();
    binder.bind(target, inner, soft);
    binder.bind(iterable, symbols, soft);
    binder.bind(body, inner, soft);
    binder.bind(otherwise, otherwiseSymbols, soft);
  }

  @Override
  List<Object> parts() {
    return parts(target, iterable, body, otherwise, test);
  }
}
