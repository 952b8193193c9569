package dev.espalier.jinja;

import java.util.ArrayList;
import java.util.List;

/** A node of an expression's tree. Its children stand in the order in which Jinja2 visits them. */
abstract class Expression {
  /** Jinja2's own bound, which is that of Python's parser. */
  private static final int MAX_DEPTH = 200;

  final int line;
  final int column;
  private final List<Expression> children;
  private final int depth;

  /**
   * @param children those that are null are left out
   */
  Expression(Token at, List<Expression> children) {
    this.line = at.line();
    this.column = at.column();
    this.children = new ArrayList<>(children);
    this.children.removeIf(child -> child == null);
    int deepest = 0;
    for (Expression child : this.children) {
      deepest = Math.max(deepest, child.depth);
    }
    this.depth = deepest + 1;
    if (depth > MAX_DEPTH) {
      throw new JinjaException(
          JinjaException.Kind.LIMIT,
          "the expression nests more than " + MAX_DEPTH + " levels deep",
          "",
          line,
          column);
    }
  }

  List<Expression> children() {
    return children;
  }

  /** As a template writes it, if it is a name with attributes; else empty. */
  String path() {
    return "";
  }

  /** The value; errors get this node's place unless they have one. */
  final Object value(Rendering rendering, Frame frame) {
    rendering.enter();
    try {
      return evaluate(rendering, frame);
    } catch (JinjaException e) {
      throw e.at(line, column);
    } finally {
      rendering.leave();
    }
  }

  abstract Object evaluate(Rendering rendering, Frame frame);

  /** Whether something may be assigned to it. */
  boolean isTarget() {
    return false;
  }

  void assign(Rendering rendering, Frame frame, Object value) {
    throw new IllegalStateException("no target");
  }

  /** Makes names in it those that are assigned to, or parameters. */
  void use(Name.Use use) {}
}
