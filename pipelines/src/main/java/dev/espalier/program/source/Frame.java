package dev.espalier.program.source;

import dev.espalier.program.Fork;
import dev.espalier.program.State;
import dev.espalier.program.Value;
import dev.espalier.row.RowError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the names in a program file mean at one place of a run: constants of the file, arguments of
 * its call, variables of loops, values of joined branches, and the values in the state. Used by the
 * program's thread.
 */
final class Frame {
  private final Map<String, Object> constants;
  private final Map<String, Object> local;
  private final Map<String, Fork> forks = new LinkedHashMap<>();
  private Fork lastFork;

  /**
   * @param constants of the file
   * @param arguments of the call
   */
  Frame(Map<String, Object> constants, Map<String, Object> arguments) {
    this.constants = constants;
    this.local = new LinkedHashMap<>(arguments);
  }

  /** A frame in which {@code name} means {@code value} too. */
  Frame with(String name, Object value) {
    Frame frame = new Frame(constants, local);
    frame.forks.putAll(forks);
    frame.lastFork = lastFork;
    frame.local.put(name, value);
    return frame;
  }

  void remember(String name, Fork fork) {
    forks.put(name, fork);
    lastFork = fork;
  }

  /** The fork of this name, or without one the last. */
  Optional<Fork> fork(Optional<String> name) {
    return Optional.ofNullable(name.isPresent() ? forks.get(name.get()) : lastFork);
  }

  /** From here on {@code name} is the list of these values. */
  void gather(String name, List<Value> values) {
    local.put(name, values);
  }

  /** The names at {@code state}. Values are waited for when a template uses them. */
  Names names(State state) {
    return name -> lookUp(state, name);
  }

  private Object lookUp(State state, String name) {
    return switch (name) {
      case "none", "None", "null" -> null;
      case "row" -> StrictMap.strict(state.row().fields(), field -> missingField(state, field));
      case "steps" -> new StepsView(state);
      default -> named(state, name);
    };
  }

  private Object named(State state, String name) {
    if (local.containsKey(name)) {
      return strict(read(local.get(name)));
    }
    Optional<Value> value = state.find(name);
    if (value.isPresent()) {
      return value.get().get();
    }
    if (state.names().stream().anyMatch(known -> known.startsWith(name + "/"))) {
      return strict(valuesOf(state, name));
    }
    return constants.containsKey(name) ? strict(constants.get(name)) : undefined(name);
  }

  private static Object read(Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(Frame::read).toList();
    }
    return value instanceof Value known ? known.get() : value;
  }

  private static Object strict(Object value) {
    return StrictMap.strict(value, Frame::undefined);
  }

  private static Undefined undefined(String name) {
    return new Undefined(RowError.UNDEFINED_VARIABLE, "nothing has given \"" + name + "\" a value");
  }

  private static Undefined missingField(State state, String field) {
    Set<String> fields = state.row().fields().keySet();
    return new Undefined(
        RowError.MISSING_FIELD,
        fields.contains(field)
            ? "the field \"" + field + "\" is null"
            : "the row has no field \"" + field + "\"; it has " + String.join(", ", fields));
  }

  /** The values of a call, by name; those of calls in it are maps in turn. */
  private static Map<String, Object> valuesOf(State state, String call) {
    Map<String, Object> values = new LinkedHashMap<>();
    String prefix = call + "/";
    for (String name : state.names()) {
      if (name.startsWith(prefix)) {
        String rest = name.substring(prefix.length());
        int slash = rest.indexOf('/');
        if (slash < 0) {
          values.put(rest, state.get(name).get());
        } else {
          String inner = rest.substring(0, slash);
          values.putIfAbsent(inner, valuesOf(state, prefix + inner));
        }
      }
    }
    return values;
  }
}
