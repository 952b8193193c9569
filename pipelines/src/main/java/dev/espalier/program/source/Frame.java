package dev.espalier.program.source;

import dev.espalier.jinja.OnDemand;
import dev.espalier.jinja.VariableUse;
import dev.espalier.jinja.Variables;
import dev.espalier.program.Fork;
import dev.espalier.program.RowException;
import dev.espalier.program.State;
import dev.espalier.program.Value;
import dev.espalier.row.RowError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the names in a program file mean at one place of a run: constants of the file, arguments of
 * its call, variables of loops, values of joined branches, and the values in the state. Used by the
 * program's thread.
 */
final class Frame {
  private final Map<String, Object> constants;
  private final Map<String, Object> local;
  private final RowBudget budget;
  private final Map<String, Fork> forks = new LinkedHashMap<>();
  private Fork lastFork;

  /**
   * @param constants of the file
   * @param arguments of the call
   */
  Frame(Map<String, Object> constants, Map<String, Object> arguments, RowBudget budget) {
    this.constants = constants;
    this.local = new LinkedHashMap<>(arguments);
    this.budget = budget;
  }

  /** A frame in which {@code name} means {@code value} too. */
  Frame with(String name, Object value) {
    Frame frame = new Frame(constants, local, budget);
    frame.forks.putAll(forks);
    frame.lastFork = lastFork;
    frame.local.put(name, value);
    return frame;
  }

  RowBudget budget() {
    return budget;
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
    return new Names(state);
  }

  /** What the names in a template mean at one state. */
  final class Names implements Variables {
    private final State state;

    private Names(State state) {
      this.state = state;
    }

    @Override
    public Object get(String name) {
      return switch (name) {
        case "row" -> new OnDemand(state.row().fields());
        case "steps" -> StepsView.of(state);
        default -> named(name);
      };
    }

    private Object named(String name) {
      if (local.containsKey(name)) {
        return read(local.get(name));
      }
      Optional<Value> value = state.find(name);
      if (value.isPresent()) {
        return value.get().get();
      }
      if (state.names().stream().anyMatch(known -> known.startsWith(name + "/"))) {
        return valuesOf(state, name);
      }
      return constants.containsKey(name) ? constants.get(name) : UNDEFINED;
    }

    /** Counts characters that a template has written. */
    void charge(int characters) {
      budget.charge(characters);
    }

    /** The error of a use of the row that is null or not there; empty if it has a value. */
    Optional<RowException> missingField(VariableUse use) {
      Object at = state.row().fields();
      for (String name : use.path()) {
        at = at instanceof Map<?, ?> map ? map.get(name) : null;
      }
      return at == null ? Optional.of(nothingAt(use.text())) : Optional.empty();
    }

    /** The error of a template that uses {@code path}, which is null or not there. */
    RowException nothingAt(String path) {
      String[] names = path.split("\\.", -1);
      if (names[0].equals("row")) {
        return MissingField.of(state.row().fields(), names);
      }
      Object value = names[0].equals("steps") ? UNDEFINED : named(names[0]);
      String message = "nothing has given \"" + path + "\" a value";
      if (names[0].equals("steps")) {
        message = "no step has given \"" + path.substring(path.indexOf('.') + 1) + "\"";
      } else if (value != UNDEFINED && names.length > 1) {
        message = "\"" + names[0] + "\" has no \"" + path.substring(path.indexOf('.') + 1) + "\"";
      } else if (value == null) {
        message = "the value \"" + path + "\" is null; use `default('…', true)` where it may be";
      }
      return new RowException(RowError.UNDEFINED_VARIABLE, message);
    }
  }

  private static Object read(Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(Frame::read).toList();
    }
    return value instanceof Value known ? known.get() : value;
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
