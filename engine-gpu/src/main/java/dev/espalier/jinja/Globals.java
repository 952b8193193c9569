package dev.espalier.jinja;

import java.util.HashMap;
import java.util.Map;

/**
 * The functions that every template sees. {@code strftime_now} is left out on purpose: what a
 * template renders must not depend on the clock.
 */
final class Globals {
  /** The sandbox of Jinja2 has the same bound. */
  private static final int MAX_RANGE = 100_000;

  private static final Map<String, Object> ALL = new HashMap<>();
  private static final Map<String, Object> CHAT;

  static {
    ALL.put("range", (Function) (rendering, arguments) -> range(arguments));
    ALL.put("dict", (Function) (rendering, arguments) -> dict(arguments, rendering));
    ALL.put(
        "namespace",
        (Function) (rendering, arguments) -> new Namespace(dict(arguments, rendering)));
    ALL.put(
        "cycler",
        (Function)
            (rendering, arguments) -> {
              requireNoNames(arguments);
              return new Cycler(arguments.positional());
            });
    ALL.put(
        "joiner",
        (Function)
            (rendering, arguments) ->
                new Joiner(Signature.of("sep?").bind(arguments).get(0, ", ")));
    CHAT = new HashMap<>(ALL);
    CHAT.put(
        "raise_exception",
        (Function)
            (rendering, arguments) -> {
              Object message = Signature.of("message").bind(arguments).get(0);
              throw JinjaException.raised(Repr.text(message, rendering));
            });
  }

  private Globals() {}

  static Map<String, Object> of(TemplateSettings settings) {
    return settings.isChat() ? CHAT : ALL;
  }

  private static void requireNoNames(Arguments arguments) {
    if (!arguments.named().isEmpty()) {
      throw new JinjaException("the function takes no named arguments");
    }
  }

  private static Dict dict(Arguments arguments, Rendering rendering) {
    Dict dict = new Dict();
    if (arguments.positional().size() > 1) {
      throw new JinjaException("dict takes one value and named ones");
    }
    for (Object argument : arguments.positional()) {
      if (argument instanceof Dict other) {
        dict.putAll(other);
      } else if (argument instanceof Undefined undefined) {
        throw undefined.error(); // Python asks it for its keys.
      } else {
        for (Object pair : Iteration.list(argument, rendering)) {
          java.util.List<Object> parts = Iteration.upTo(pair, 3, rendering);
          if (parts.size() != 2) {
            throw new JinjaException("dict takes pairs");
          }
          dict.put(parts.get(0), parts.get(1));
        }
      }
    }
    arguments.named().forEach(dict::put);
    return dict;
  }

  private static Range range(Arguments arguments) {
    requireNoNames(arguments);
    int count = arguments.positional().size();
    if (count < 1 || count > 3) {
      throw new JinjaException("range takes one to three integers");
    }
    long[] bounds = new long[count];
    for (int i = 0; i < count; i++) {
      bounds[i] = Numbers.index(arguments.positional().get(i));
    }
    long start = count == 1 ? 0 : bounds[0];
    long stop = count == 1 ? bounds[0] : bounds[1];
    long step = count == 3 ? bounds[2] : 1;
    if (step == 0) {
      throw new JinjaException("a range cannot have the step 0");
    }
    long distance = step > 0 ? stop - start : start - stop;
    long size = distance <= 0 ? 0 : (distance - 1) / Math.abs(step) + 1;
    if (size > MAX_RANGE) {
      throw Rendering.limit("makes a range of more than " + MAX_RANGE + " numbers");
    }
    return new Range(start, stop, step, (int) size);
  }
}
