package dev.espalier.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A piece of a template that writes or assigns. */
abstract class Statement {
  /** How a statement ends. */
  enum Flow {
    NEXT,
    BREAK,
    CONTINUE
  }

  final int line;
  final int column;

  Statement(Token at) {
    this.line = at.line();
    this.column = at.column();
  }

  final Flow run(Rendering rendering, Frame frame, Output output) {
    rendering.enter();
    try {
      return execute(rendering, frame, output);
    } catch (JinjaException e) {
      throw e.at(line, column);
    } finally {
      rendering.leave();
    }
  }

  abstract Flow execute(Rendering rendering, Frame frame, Output output);

  /** Tells which names it reads and assigns in the block in which it stands. */
  abstract void declare(Symbols symbols);

  /** Gives its names their variables. */
  abstract void bind(Binder binder, Symbols symbols, boolean soft);

  /** The expressions and statements in it, in Jinja2's order. */
  abstract List<Object> parts();

  static Flow runAll(List<Statement> statements, Rendering rendering, Frame frame, Output output) {
    for (Statement statement : statements) {
      Flow flow = statement.run(rendering, frame, output);
      if (flow != Flow.NEXT) {
        return flow;
      }
    }
    return Flow.NEXT;
  }

  /**
   * Which of {@code names} are read somewhere in {@code parts} before they are assigned there, as
   * Jinja2 finds whether a body uses {@code loop} or {@code caller}.
   */
  static Set<String> undeclared(List<?> parts, Set<String> names) {
    Set<String> wanted = new java.util.HashSet<>(names);
    Set<String> found = new java.util.HashSet<>();
    undeclared(parts, wanted, found);
    return found;
  }

  private static void undeclared(List<?> parts, Set<String> wanted, Set<String> found) {
    for (Object part : parts) {
      if (part instanceof Name name) {
        if (name.use() == Name.Use.LOAD && wanted.contains(name.name)) {
          found.add(name.name);
        } else {
          wanted.remove(name.name);
        }
      } else if (part instanceof Expression expression) {
        undeclared(expression.children(), wanted, found);
      } else {
        undeclared(((Statement) part).parts(), wanted, found);
      }
    }
  }

  static List<Object> parts(Object... parts) {
    List<Object> all = new ArrayList<>();
    for (Object part : parts) {
      if (part instanceof List<?> list) {
        all.addAll(list);
      } else if (part != null) {
        all.add(part);
      }
    }
    return all;
  }
}
