package dev.espalier.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A piece of a parsed template. */
sealed interface Node {

  void render(Scope scope, StringBuilder output);

  record Text(String text) implements Node {
    @Override
    public void render(Scope scope, StringBuilder output) {
      output.append(text);
    }
  }

  /** {@code {{ expression }}}. */
  record Output(Expression expression) implements Node {
    @Override
    public void render(Scope scope, StringBuilder output) {
      output.append(Values.text(expression.evaluate(scope)));
    }
  }

  /** Names the line of what fails inside. */
  record Line(int line, Node node) implements Node {
    @Override
    public void render(Scope scope, StringBuilder output) {
      try {
        node.render(scope, output);
      } catch (JinjaException e) {
        throw e.at(line);
      }
    }
  }

  record Body(List<Node> nodes) implements Node {
    @Override
    public void render(Scope scope, StringBuilder output) {
      for (Node node : nodes) {
        node.render(scope, output);
      }
    }
  }

  record If(Expression condition, Node then, Node otherwise) implements Node {
    @Override
    public void render(Scope scope, StringBuilder output) {
      (Values.isTrue(condition.evaluate(scope)) ? then : otherwise).render(scope, output);
    }
  }

  /**
   * @param filter what an item must fulfil to be looped over; null for all
   * @param otherwise rendered when there is no item
   */
  record For(
      List<String> targets, Expression iterable, Expression filter, Node body, Node otherwise)
      implements Node {
    @Override
    public void render(Scope scope, StringBuilder output) {
      Loop loop = new Loop(items(scope));
      if (!loop.hasNext()) {
        otherwise.render(scope, output);
      }
      while (loop.hasNext()) {
        Scope inner = scope.inner();
        assign(targets, loop.next(), inner);
        inner.set("loop", loop);
        try {
          body.render(inner, output);
        } catch (JumpException jump) {
          if (jump.leavesLoop) {
            return;
          }
        }
      }
    }

    private List<?> items(Scope scope) {
      List<?> items = Values.items(iterable.evaluate(scope));
      if (filter == null) {
        return items;
      }
      List<Object> kept = new ArrayList<>();
      for (Object item : items) {
        Scope inner = scope.inner();
        assign(targets, item, inner);
        if (Values.isTrue(filter.evaluate(inner))) {
          kept.add(item);
        }
      }
      return kept;
    }
  }

  /** {@code set a = value} or {@code set a, b = values}. */
  record Set(List<String> targets, Expression value) implements Node {
    @Override
    public void render(Scope scope, StringBuilder output) {
      assign(targets, value.evaluate(scope), scope);
    }
  }

  /** {@code set namespace.attribute = value}. */
  record SetAttribute(String namespace, String attribute, Expression value) implements Node {
    @Override
    public void render(Scope scope, StringBuilder output) {
      if (!(scope.get(namespace) instanceof Namespace target)) {
        throw new JinjaException(namespace + " is no namespace");
      }
      target.set(attribute, value.evaluate(scope));
    }
  }

  /** {@code set name} … {@code endset}. */
  record SetBlock(String name, Node body, UnaryOperator<Expression> filters) implements Node {
    @Override
    public void render(Scope scope, StringBuilder output) {
      StringBuilder text = new StringBuilder();
      body.render(scope.inner(), text);
      scope.set(name, filters.apply(new Expression.Literal(text.toString())).evaluate(scope));
    }
  }

  /**
   * @param defaults by parameter
   */
  record Macro(String name, List<String> parameters, Map<String, Expression> defaults, Node body)
      implements Node {
    @Override
    public void render(Scope scope, StringBuilder output) {
      scope.set(name, (Function) (arguments, named) -> call(scope, new Given(arguments, named)));
    }

    private Object call(Scope definition, Given given) {
      given.accepting(parameters.toArray(String[]::new));
      Scope scope = definition.inner();
      for (int i = 0; i < parameters.size(); i++) {
        String parameter = parameters.get(i);
        Object value = given.get(i, parameter, new Undefined(parameter));
        boolean isMissing = i >= given.positional().size() && !given.named().containsKey(parameter);
        scope.set(
            parameter,
            isMissing && defaults.containsKey(parameter)
                ? defaults.get(parameter).evaluate(scope)
                : value);
      }
      StringBuilder text = new StringBuilder();
      body.render(scope, text);
      return text.toString();
    }
  }

  /** {@code break} or {@code continue}. */
  record Jump(boolean leavesLoop) implements Node {
    @Override
    public void render(Scope scope, StringBuilder output) {
      throw new JumpException(leavesLoop);
    }
  }

  /** Ends the rendering of a loop's body from inside nested nodes. */
  final class JumpException extends RuntimeException {
    private final boolean leavesLoop;

    private JumpException(boolean leavesLoop) {
      super(null, null, false, false);
      this.leavesLoop = leavesLoop;
    }
  }

  private static void assign(List<String> targets, Object value, Scope scope) {
    if (targets.size() == 1) {
      scope.set(targets.get(0), value);
      return;
    }
    List<?> values = Values.items(value);
    if (values.size() != targets.size()) {
      throw new JinjaException(values.size() + " values for " + targets);
    }
    for (int i = 0; i < targets.size(); i++) {
      scope.set(targets.get(i), values.get(i));
    }
  }
}
