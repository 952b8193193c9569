package dev.espalier.jinja;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which names one block of a template reads and assigns, and what each variable holds when the
 * block begins: Jinja2's rules for scopes ({@code jinja2.idtracking}).
 */
final class Symbols {
  private enum Source {
    /** Given by what opens the block. */
    PARAMETER,
    /** A free name. */
    RESOLVE,
    /** A variable of an outer block. */
    ALIAS,
    UNDEFINED
  }

  private record Load(Source source, String parameter, Symbols owner) {}

  private final Symbols outer;
  private final int level;
  final Slots slots;
  private final Map<String, String> references = new HashMap<>();
  private final Map<String, Load> loads = new LinkedHashMap<>();
  private final Set<String> stores = new HashSet<>();

  Symbols(Symbols outer, Slots slots) {
    this.outer = outer;
    this.level = outer == null ? 0 : outer.level + 1;
    this.slots = slots;
  }

  private Symbols(Symbols original) {
    this.outer = original.outer;
    this.level = original.level;
    this.slots = original.slots;
    references.putAll(original.references);
    loads.putAll(original.loads);
    stores.addAll(original.stores);
  }

  private void define(String name, Load load) {
    String identifier = level + ":" + name;
    references.put(name, identifier);
    loads.put(identifier, load);
  }

  /** The block that holds the variable of this name; null if none does. */
  private Symbols owner(String name) {
    for (Symbols symbols = this; symbols != null; symbols = symbols.outer) {
      if (symbols.references.containsKey(name)) {
        return symbols;
      }
    }
    return null;
  }

  void parameter(String name) {
    stores.add(name);
    define(name, new Load(Source.PARAMETER, null, null));
  }

  void load(String name) {
    if (owner(name) == null) {
      define(name, new Load(Source.RESOLVE, name, null));
    }
  }

  void store(String name) {
    stores.add(name);
    if (!references.containsKey(name)) {
      Symbols owner = outer == null ? null : outer.owner(name);
      define(
          name,
          owner == null
              ? new Load(Source.UNDEFINED, null, null)
              : new Load(Source.ALIAS, owner.references.get(name), owner));
    }
  }

  void name(Name name, boolean asParameter) {
    if (asParameter || name.use() == Name.Use.PARAMETER) {
      parameter(name.name);
    } else if (name.use() == Name.Use.STORE) {
      store(name.name);
    } else {
      load(name.name);
    }
  }

  /** The names of an expression or a target. */
  void visit(Expression expression) {
    visit(expression, false);
  }

  void visit(Expression expression, boolean asParameter) {
    if (expression instanceof Name name) {
      name(name, asParameter);
    } else if (expression instanceof NamespaceTarget target) {
      load(target.namespace.name);
    } else if (expression != null) {
      expression.children().forEach(child -> visit(child, asParameter));
    }
  }

  void visit(List<Statement> statements) {
    statements.forEach(statement -> statement.declare(this));
  }

  /** The branches of a condition, each seen from here. */
  void branches(List<List<Statement>> branches) {
    List<Symbols> seen = new ArrayList<>();
    for (List<Statement> branch : branches) {
      Symbols symbols = new Symbols(this);
      symbols.visit(branch);
      seen.add(symbols);
    }
    join(seen);
  }

  private void join(List<Symbols> branches) {
    Set<String> stored = new HashSet<>();
    branches.forEach(branch -> stored.addAll(branch.stores));
    stored.removeAll(stores);
    for (Symbols branch : branches) {
      references.putAll(branch.references);
      loads.putAll(branch.loads);
      stores.addAll(branch.stores);
    }
    for (String name : stored) {
      Symbols owner = outer == null ? null : outer.owner(name);
      loads.put(
          owner(name).references.get(name),
          owner == null
              ? new Load(Source.RESOLVE, name, null)
              : new Load(Source.ALIAS, owner.references.get(name), owner));
    }
  }

  /** Where the variable of this name lies, seen from a function. */
  Slots.Place place(String name, Slots from) {
    Symbols owner = owner(name);
    return from.place(owner.slots, owner.references.get(name));
  }

  /** Whether a read of this name may be a read of what the template is given. */
  boolean isFree(String name) {
    Symbols owner = owner(name);
    Load load = owner.loads.get(owner.references.get(name));
    return load.source == Source.RESOLVE
        || (load.source == Source.ALIAS && load.owner.isFree(name));
  }

  /** Whether the template itself may give this name a value. */
  boolean isStored(String name) {
    for (Symbols symbols = this; symbols != null; symbols = symbols.outer) {
      if (symbols.stores.contains(name)) {
        return true;
      }
    }
    return false;
  }

  /** What is to be done with the variables when the block begins and ends. */
  Entry entry() {
    List<Entry.Start> starts = new ArrayList<>();
    loads.forEach(
        (identifier, load) ->
            starts.add(
                new Entry.Start(
                    slots.index(identifier),
                    load.source == Source.PARAMETER,
                    load.source == Source.RESOLVE ? new Frame.Free(load.parameter) : null,
                    load.source == Source.ALIAS
                        ? slots.place(load.owner.slots, load.parameter)
                        : null)));
    return new Entry(starts);
  }

  /** The begin and the end of a block, at run time. */
  record Entry(List<Start> starts) {
    /** What one variable holds at the beginning: a free name, another variable, or nothing. */
    record Start(int index, boolean isParameter, Frame.Free free, Slots.Place alias) {}

    void begin(Frame frame) {
      for (Start start : starts) {
        if (start.alias != null) {
          frame.variables[start.index] =
              frame.up(start.alias.hops()).variables[start.alias.index()];
        } else if (!start.isParameter) {
          frame.variables[start.index] = start.free == null ? Frame.MISSING : start.free;
        }
      }
    }

    void end(Frame frame) {
      for (Start start : starts) {
        frame.variables[start.index] = Frame.MISSING;
      }
    }
  }
}
