package dev.espalier.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The arguments of a call as written.
 *
 * @param spread behind {@code *}, or null
 * @param spreadNamed behind {@code **}, or null
 */
record CallArguments(
    List<Expression> positional,
    Map<String, Expression> named,
    Expression spread,
    Expression spreadNamed) {
  static final CallArguments NONE = new CallArguments(List.of(), Map.of(), null, null);

  /** All of them behind {@code first}, which may be null. */
  List<Expression> behind(Expression first) {
    List<Expression> all = new ArrayList<>();
    all.add(first);
    all.addAll(positional);
    all.addAll(named.values());
    all.add(spread);
    all.add(spreadNamed);
    return all;
  }

  Arguments values(Rendering rendering, Frame frame) {
    return values(Map.of(), rendering, frame);
  }

  /**
   * @param more arguments that the statement adds behind the named ones
   */
  Arguments values(Map<String, Object> more, Rendering rendering, Frame frame) {
    List<Object> values = new ArrayList<>(positional.size());
    for (Expression expression : positional) {
      values.add(expression.value(rendering, frame));
    }
    Map<String, Object> names = new LinkedHashMap<>();
    for (Map.Entry<String, Expression> entry : named.entrySet()) {
      names.put(entry.getKey(), entry.getValue().value(rendering, frame));
    }
    names.putAll(more);
    if (spread != null) {
      values.addAll(Iteration.list(spread.value(rendering, frame), rendering));
    }
    if (spreadNamed != null) {
      addNamed(spreadNamed.value(rendering, frame), names);
    }
    return new Arguments(values, names);
  }

  private static void addNamed(Object given, Map<String, Object> names) {
    if (!(given instanceof Dict dict)) {
      throw new JinjaException(Types.described(given) + " behind ** is no mapping");
    }
    for (Map.Entry<Object, Object> entry : dict.entries()) {
      if (!Types.isText(entry.getKey())) {
        throw new JinjaException("a named argument has no text for a name");
      }
      if (names.put(Types.text(entry.getKey()), entry.getValue()) != null) {
        throw new JinjaException("two values for the argument " + entry.getKey());
      }
    }
  }
}
