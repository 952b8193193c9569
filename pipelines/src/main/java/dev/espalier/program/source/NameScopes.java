package dev.espalier.program.source;

import dev.espalier.jinja.VariableUse;
import dev.espalier.yaml.NearestName;
import dev.espalier.yaml.YamlPlace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which names have a value where in a file: those given before, in an outer block, or in a former
 * round of the same loop. Used while one file is read, in the order of its steps.
 */
final class NameScopes {
  /** Steps inside of a step. */
  enum Kind {
    FILE,
    BRANCH_OF_IF,
    LOOP,
    FORK
  }

  /** What gives a name its value. */
  enum Role {
    /** A gen or select. */
    MODEL,
    /** A set, a call or a join. */
    PROGRAM,
    /** A for or a fork, in its own steps. */
    VARIABLE
  }

  /** Some steps inside of a step. */
  static final class Block {
    private final Block parent;
    private final Kind kind;

    private Block(Block parent, Kind kind) {
      this.parent = parent;
      this.kind = kind;
    }

    private boolean isIn(Block other) {
      for (Block at = this; at != null; at = at.parent) {
        if (at == other) {
          return true;
        }
      }
      return false;
    }

    /** The innermost block that hides its values from what follows. */
    private Block hiding() {
      Block at = this;
      while (at.kind == Kind.BRANCH_OF_IF || at.kind == Kind.LOOP) {
        at = at.parent;
      }
      return at;
    }

    /** The innermost block that hides its forks from what follows. */
    private Block ofForks() {
      Block at = this;
      while (at.kind == Kind.BRANCH_OF_IF) {
        at = at.parent;
      }
      return at;
    }
  }

  /**
   * A name that gets a value.
   *
   * @param within where it can be seen
   * @param members of a call, the names of its values
   */
  private record Definition(
      YamlPlace place, Block at, Block within, int order, Role role, Set<String> members) {}

  /** A name that is read. */
  private record Use(
      String name,
      List<String> path,
      YamlPlace place,
      Block at,
      int order,
      boolean mayBeUndefined,
      boolean isStep) {}

  /** A fork that can be joined. */
  private record ForkPoint(Block within, Block branches) {}

  private final Map<String, List<Definition>> definitions = new LinkedHashMap<>();
  private final Map<String, List<ForkPoint>> forks = new LinkedHashMap<>();
  private final List<ForkPoint> lastForks = new ArrayList<>();
  private final List<Use> uses = new ArrayList<>();
  private final Set<String> given = new LinkedHashSet<>();
  private final Problems problems;
  private Block block = new Block(null, Kind.FILE);
  private int order;

  NameScopes(Problems problems) {
    this.problems = problems;
  }

  /** A name that has a value everywhere. */
  void give(String name) {
    given.add(name);
  }

  /** The block that steps are read in. */
  Block block() {
    return block;
  }

  /** Begins steps inside of a step. */
  Block open(Kind kind) {
    block = new Block(block, kind);
    return block;
  }

  void close() {
    block = block.parent;
  }

  /** A value that is seen after the step. */
  void define(String name, YamlPlace place, Role role, Set<String> members) {
    add(name, new Definition(place, block, block.hiding(), order++, role, members));
  }

  /** A variable that is seen in the open block only. */
  void defineInBlock(String name, YamlPlace place) {
    add(name, new Definition(place, block, block, order++, Role.VARIABLE, Set.of()));
  }

  private void add(String name, Definition definition) {
    definitions.computeIfAbsent(name, key -> new ArrayList<>()).add(definition);
  }

  /** A fork whose branches were the steps of {@code branches}. */
  void defineFork(String name, Block branches) {
    ForkPoint point = new ForkPoint(block.ofForks(), branches);
    forks.computeIfAbsent(name, key -> new ArrayList<>()).add(point);
    lastForks.add(point);
  }

  /** Joins a fork: from here on the names of its branches are lists. */
  void join(Optional<String> name, YamlPlace place) {
    List<ForkPoint> candidates = name.map(n -> forks.getOrDefault(n, List.of())).orElse(lastForks);
    ForkPoint found = null;
    for (ForkPoint candidate : candidates) {
      found = block.isIn(candidate.within()) ? candidate : found;
    }
    if (found == null) {
      problems.add(
          place,
          name.map(n -> "there is no fork `" + n + "` to join here")
              .orElse("there is no fork to join here"),
          NearestName.hint("", name.orElse(""), forks.keySet())
              + (forks.isEmpty()
                  ? "write `fork: 3` with `steps:` before it"
                  : " forks in this file: " + String.join(", ", forks.keySet())));
      return;
    }
    Block branches = found.branches();
    List<String> gathered = new ArrayList<>();
    definitions.forEach(
        (value, all) -> {
          if (all.stream().anyMatch(d -> d.within() == branches && d.role() != Role.VARIABLE)) {
            gathered.add(value);
          }
        });
    gathered.forEach(value -> define(value, place, Role.PROGRAM, Set.of()));
  }

  /** What a template reads. */
  void use(Template template) {
    for (VariableUse use : template.variables()) {
      YamlPlace place = template.source().placeOf(use.line(), use.column());
      boolean isStep = use.name().equals("steps");
      if (isStep && !use.path().isEmpty()) {
        List<String> rest = use.path().subList(1, use.path().size());
        uses.add(new Use(use.path().get(0), rest, place, block, order, use.mayBeUndefined(), true));
      } else if (!isStep && !given.contains(use.name())) {
        uses.add(new Use(use.name(), use.path(), place, block, order, use.mayBeUndefined(), false));
      }
    }
  }

  /** Reports what has no value where it is read. Call last. */
  void report() {
    uses.forEach(this::report);
  }

  private void report(Use use) {
    List<Definition> all = definitions.getOrDefault(use.name(), List.of());
    List<Definition> fitting =
        all.stream().filter(d -> !use.isStep() || d.role() == Role.MODEL).toList();
    if (fitting.isEmpty() && use.isStep() && use.mayBeUndefined()) {
      return;
    }
    if (fitting.isEmpty()) {
      unknown(use, !all.isEmpty());
      return;
    }
    List<Definition> seen = fitting.stream().filter(d -> isSeen(d, use)).toList();
    if (seen.isEmpty() && !use.mayBeUndefined()) {
      unseen(use, fitting.get(0));
    } else if (seen.stream().allMatch(d -> !d.members().isEmpty())
        && !seen.isEmpty()
        && !use.path().isEmpty()
        && !use.mayBeUndefined()
        && seen.stream().noneMatch(d -> d.members().contains(use.path().get(0)))) {
      Set<String> members = seen.get(0).members();
      problems.add(
          use.place(),
          "the call `" + use.name() + "` gives no `" + use.path().get(0) + "`",
          NearestName.hint("", use.path().get(0), members)
              + " it gives "
              + String.join(", ", members));
    }
  }

  private static boolean isSeen(Definition definition, Use use) {
    return use.at().isIn(definition.within())
        && (definition.order() < use.order() || shareALoop(definition.at(), use.at()));
  }

  private static boolean shareALoop(Block a, Block b) {
    for (Block at = a; at != null; at = at.parent) {
      if (at.kind == Kind.LOOP && b.isIn(at)) {
        return true;
      }
    }
    return false;
  }

  private void unseen(Use use, Definition definition) {
    boolean isBefore = definition.order() < use.order();
    if (!isBefore) {
      problems.add(
          use.place(),
          "`" + use.name() + "` has no value yet; it gets one at line " + definition.place().line(),
          "put the step that gives it one before this, or use `is defined`");
    } else if (definition.within().kind == Kind.FORK) {
      problems.add(
          use.place(),
          "`" + use.name() + "` is a value of the branches of a fork",
          "write `- join` after the fork, which makes a list of the branches' values");
    } else {
      problems.add(
          use.place(),
          "`"
              + use.name()
              + "` has a value in the loop at line "
              + definition.place().line()
              + " only",
          "use it there, or `set` another name there");
    }
  }

  private void unknown(Use use, boolean isOther) {
    if (use.isStep()) {
      problems.add(
          use.place(),
          isOther
              ? "`" + use.name() + "` is not the name of a gen or select, which `steps` holds"
              : "no step of this file is named `" + use.name() + "`",
          NearestName.hint("", use.name(), definitions.keySet()));
      return;
    }
    Set<String> names = new LinkedHashSet<>(given);
    names.addAll(definitions.keySet());
    problems.add(
        use.place(),
        "nothing in this file gives `" + use.name() + "` a value",
        NearestName.hint("", use.name(), names)
            + " a field of the row is `row."
            + use.name()
            + "`; names here: "
            + String.join(", ", names));
  }
}
