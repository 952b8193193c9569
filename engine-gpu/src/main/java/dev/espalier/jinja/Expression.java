package dev.espalier.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A node of an expression's tree. Values are null (Python's None), {@link Boolean}, {@link Long},
 * {@link Double}, {@link String}, {@link List}, {@link Map}, {@link Namespace}, {@link Function},
 * {@link Loop} and {@link Undefined}.
 */
sealed interface Expression {

  Object evaluate(Scope scope);

  record Literal(Object value) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return value;
    }
  }

  record Name(String name) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return scope.get(name);
    }
  }

  record ListOf(List<Expression> items) implements Expression {
    @Override
    public List<Object> evaluate(Scope scope) {
      List<Object> values = new ArrayList<>(items.size());
      for (Expression item : items) {
        values.add(item.evaluate(scope));
      }
      return values;
    }
  }

  record TupleOf(ListOf items) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return new Tuple(items.evaluate(scope));
    }
  }

  record MapOf(List<Expression> keys, List<Expression> values) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      Map<Object, Object> map = new LinkedHashMap<>();
      for (int i = 0; i < keys.size(); i++) {
        map.put(keys.get(i).evaluate(scope), values.get(i).evaluate(scope));
      }
      return map;
    }
  }

  /** {@code object.name}. */
  record Attribute(Expression object, String name) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return Access.attribute(object.evaluate(scope), name);
    }
  }

  /** {@code object[key]}. */
  record Item(Expression object, Expression key) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return Access.item(object.evaluate(scope), key.evaluate(scope));
    }
  }

  /** {@code object[from:to:step]}, each of which may be null. */
  record Slice(Expression object, Expression from, Expression to, Expression step)
      implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return Access.slice(
          object.evaluate(scope), bound(from, scope), bound(to, scope), bound(step, scope));
    }

    private static Object bound(Expression bound, Scope scope) {
      return bound == null ? null : bound.evaluate(scope);
    }
  }

  record Call(Expression callee, Arguments arguments) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      Object function = callee.evaluate(scope);
      if (function instanceof Undefined undefined) {
        throw undefined.error();
      }
      if (!(function instanceof Function callable)) {
        throw new JinjaException(Values.typeName(function) + " cannot be called");
      }
      return callable.call(arguments.positional(scope), arguments.named(scope));
    }
  }

  /** {@code value|filter(arguments)}. */
  record Filtered(Expression value, Filters.Filter filter, Arguments arguments)
      implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return filter.apply(
          value.evaluate(scope), new Given(arguments.positional(scope), arguments.named(scope)));
    }
  }

  /** {@code value is test(arguments)}. */
  record Tested(Expression value, Predicates.Test test, Arguments arguments) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return test.holds(value.evaluate(scope), arguments.positional(scope));
    }
  }

  record Not(Expression operand) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return !Values.isTrue(operand.evaluate(scope));
    }
  }

  /** Gives the operand that decides, as Python does. */
  record And(Expression left, Expression right) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      Object value = left.evaluate(scope);
      return Values.isTrue(value) ? right.evaluate(scope) : value;
    }
  }

  /** Gives the operand that decides, as Python does. */
  record Or(Expression left, Expression right) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      Object value = left.evaluate(scope);
      return Values.isTrue(value) ? value : right.evaluate(scope);
    }
  }

  /** {@code value if condition else otherwise}; without {@code else}, otherwise is null. */
  record Conditional(Expression condition, Expression value, Expression otherwise)
      implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      if (Values.isTrue(condition.evaluate(scope))) {
        return value.evaluate(scope);
      }
      return otherwise == null ? new Undefined("else") : otherwise.evaluate(scope);
    }
  }

  /** {@code a < b <= c}: each neighbouring pair must hold. */
  record Comparison(Expression first, List<String> operators, List<Expression> operands)
      implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      Object left = first.evaluate(scope);
      for (int i = 0; i < operands.size(); i++) {
        Object right = operands.get(i).evaluate(scope);
        if (!Values.compare(left, operators.get(i), right)) {
          return false;
        }
        left = right;
      }
      return true;
    }
  }

  record Binary(String operator, Expression left, Expression right) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return Arithmetic.apply(operator, left.evaluate(scope), right.evaluate(scope));
    }
  }

  record Negated(Expression operand) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return Arithmetic.apply("-", 0L, operand.evaluate(scope));
    }
  }

  /** {@code a ~ b}. */
  record Concatenation(Expression left, Expression right) implements Expression {
    @Override
    public Object evaluate(Scope scope) {
      return Values.text(left.evaluate(scope)) + Values.text(right.evaluate(scope));
    }
  }
}
