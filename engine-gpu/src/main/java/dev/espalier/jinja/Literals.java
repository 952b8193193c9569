package dev.espalier.jinja;

import java.util.ArrayList;
import java.util.List;

/** Values that are written in the template. */
final class Literals {
  private Literals() {}

  static final class Constant extends Expression {
    final Object value;

    Constant(Token at, Object value) {
      super(at, List.of());
      this.value = value;
    }

    @Override
    Object evaluate(Rendering rendering, Frame frame) {
      return value;
    }
  }

  static final class ListOf extends Expression {
    ListOf(Token at, List<Expression> items) {
      super(at, items);
    }

    @Override
    Object evaluate(Rendering rendering, Frame frame) {
      return values(children(), rendering, frame);
    }
  }

  /** A tuple, which may also be assigned to. */
  static final class TupleOf extends Expression {
    TupleOf(Token at, List<Expression> items) {
      super(at, items);
    }

    @Override
    Object evaluate(Rendering rendering, Frame frame) {
      return new Tuple(values(children(), rendering, frame));
    }

    @Override
    boolean isTarget() {
      return children().stream().allMatch(Expression::isTarget);
    }

    @Override
    void use(Name.Use use) {
      children().forEach(child -> child.use(use));
    }

    @Override
    void assign(Rendering rendering, Frame frame, Object value) {
      List<Object> values = Iteration.upTo(value, children().size() + 1, rendering);
      if (values.size() != children().size()) {
        throw new JinjaException(
            (values.size() > children().size() ? "too many" : "not enough")
                + " values to unpack into "
                + children().size());
      }
      for (int i = 0; i < values.size(); i++) {
        children().get(i).assign(rendering, frame, values.get(i));
      }
    }
  }

  static final class DictOf extends Expression {
    private final List<Expression> keys;
    private final List<Expression> values;

    DictOf(Token at, List<Expression> keys, List<Expression> values) {
      super(at, alternating(keys, values));
      this.keys = keys;
      this.values = values;
    }

    private static List<Expression> alternating(List<Expression> keys, List<Expression> values) {
      List<Expression> all = new ArrayList<>();
      for (int i = 0; i < keys.size(); i++) {
        all.add(keys.get(i));
        all.add(values.get(i));
      }
      return all;
    }

    @Override
    Object evaluate(Rendering rendering, Frame frame) {
      Dict dict = new Dict();
      for (int i = 0; i < keys.size(); i++) {
        Object key = keys.get(i).value(rendering, frame);
        dict.put(key, values.get(i).value(rendering, frame));
      }
      return dict;
    }
  }

  private static ArrayList<Object> values(
      List<Expression> items, Rendering rendering, Frame frame) {
    ArrayList<Object> values = new ArrayList<>(items.size());
    for (Expression item : items) {
      values.add(item.value(rendering, frame));
    }
    return values;
  }
}
