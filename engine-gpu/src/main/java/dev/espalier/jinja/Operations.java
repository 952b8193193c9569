package dev.espalier.jinja;

import java.util.ArrayList;
import java.util.List;

/** Operators. */
final class Operations {
  private Operations() {}

  /** {@code + - * / // % **}. */
  static final class Binary extends Expression {
    private final String operator;
    private final Expression left;
    private final Expression right;

    Binary(Token at, Expression left, Expression right) {
      super(at, List.of(left, right));
      this.operator = at.text();
      this.left = left;
      this.right = right;
    }

    @Override
    Object evaluate(Rendering rendering, Frame frame) {
      Object first = left.value(rendering, frame);
      return Arithmetic.apply(operator, first, right.value(rendering, frame), rendering);
    }
  }

  /** {@code + -} before a value. */
  static final class Sign extends Expression {
    private final boolean negates;
    private final Expression operand;

    Sign(Token at, Expression operand) {
      super(at, List.of(operand));
      this.negates = at.text().equals("-");
      this.operand = operand;
    }

    @Override
    Object evaluate(Rendering rendering, Frame frame) {
      return Arithmetic.signed(operand.value(rendering, frame), negates);
    }
  }

  static final class Not extends Expression {
    private final Expression operand;

    Not(Token at, Expression operand) {
      super(at, List.of(operand));
      this.operand = operand;
    }

    @Override
    Object evaluate(Rendering rendering, Frame frame) {
      return !Comparison.isTrue(operand.value(rendering, frame));
    }
  }

  /** {@code and}, {@code or}: gives the operand that decides. */
  static final class Junction extends Expression {
    private final boolean isAnd;
    private final Expression left;
    private final Expression right;

    Junction(Token at, Expression left, Expression right) {
      super(at, List.of(left, right));
      this.isAnd = at.text().equals("and");
      this.left = left;
      this.right = right;
    }

    @Override
    Object evaluate(Rendering rendering, Frame frame) {
      Object value = left.value(rendering, frame);
      return Comparison.isTrue(value) == isAnd ? right.value(rendering, frame) : value;
    }
  }

  /** {@code value if condition else otherwise}. */
  static final class Conditional extends Expression {
    private final Expression condition;
    private final Expression value;
    private final Expression otherwise;

    /**
     * @param otherwise may be null
     */
    Conditional(Token at, Expression condition, Expression value, Expression otherwise) {
      super(at, parts(condition, value, otherwise));
      this.condition = condition;
      this.value = value;
      this.otherwise = otherwise;
    }

    private static List<Expression> parts(Expression... parts) {
      return java.util.Arrays.asList(parts);
    }

    @Override
    Object evaluate(Rendering rendering, Frame frame) {
      if (Comparison.isTrue(condition.value(rendering, frame))) {
        return value.value(rendering, frame);
      }
      // Jinja2 is never strict here.
      return otherwise == null
          ? new Undefined(
              JinjaException.Kind.UNDEFINED,
              "",
              "the condition is false and there is no else",
              false)
          : otherwise.value(rendering, frame);
    }
  }

  /** {@code a < b <= c}: each neighbouring pair must hold. */
  static final class Chain extends Expression {
    private final List<String> operators;

    Chain(Token at, List<Expression> operands, List<String> operators) {
      super(at, operands);
      this.operators = operators;
    }

    @Override
    Object evaluate(Rendering rendering, Frame frame) {
      Object left = children().get(0).value(rendering, frame);
      for (int i = 0; i < operators.size(); i++) {
        Object right = children().get(i + 1).value(rendering, frame);
        if (!Comparison.holds(operators.get(i), left, right, rendering)) {
          return false;
        }
        left = right;
      }
      return true;
    }
  }

  /** {@code a ~ b ~ c}. */
  static final class Concatenation extends Expression {
    Concatenation(Token at, List<Expression> operands) {
      super(at, operands);
    }

    @Override
    Object evaluate(Rendering rendering, Frame frame) {
      List<String> pieces = new ArrayList<>();
      long length = 0;
      for (Expression operand : children()) {
        String piece = Repr.text(operand.value(rendering, frame), rendering);
        length += piece.length();
        rendering.characters(length, piece.length());
        pieces.add(piece);
      }
      return String.join("", pieces);
    }
  }
}
