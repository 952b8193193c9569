package dev.espalier.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The functions every template sees. {@code strftime_now} is left out on purpose: what a template
 * renders must not depend on the clock.
 */
final class Globals {
  private static final int MAX_RANGE = 1_000_000;

  static final Map<String, Object> FUNCTIONS =
      Map.of(
          "raise_exception",
          (Function)
              (arguments, named) -> {
                Object message = new Given(arguments, named).get(0, "message");
                throw JinjaException.raised(Values.text(message));
              },
          "namespace",
          (Function) Globals::namespace,
          "dict",
          (Function) (arguments, named) -> dict(new Given(arguments, named)),
          "range",
          (Function) (arguments, named) -> range(new Given(arguments, named)));

  private Globals() {}

  private static Object namespace(List<Object> arguments, Map<String, Object> named) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    for (Object argument : arguments) {
      if (!(argument instanceof Map<?, ?> map)) {
        throw new JinjaException("namespace takes a mapping or named values");
      }
      map.forEach((name, value) -> attributes.put(Values.string(name), value));
    }
    attributes.putAll(named);
    return new Namespace(attributes);
  }

  private static Object dict(Given given) {
    if (!given.positional().isEmpty()) {
      throw new JinjaException("dict takes named values only");
    }
    return new LinkedHashMap<Object, Object>(given.named());
  }

  private static Object range(Given given) {
    boolean hasStart = given.accepting("start", "stop", "step").count() > 1;
    int start = hasStart ? given.integer(0, "start", 0) : 0;
    int stop = given.integer(hasStart ? 1 : 0, "stop", 0);
    int step = given.integer(2, "step", 1);
    if (step == 0 || Math.abs(((long) stop - start) / step) > MAX_RANGE) {
      throw new JinjaException("range(" + start + ", " + stop + ", " + step + ") is too long");
    }
    List<Object> range = new ArrayList<>();
    for (int i = start; step > 0 ? i < stop : i > stop; i += step) {
      range.add((long) i);
    }
    return range;
  }
}
