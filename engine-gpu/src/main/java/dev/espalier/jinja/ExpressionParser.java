package dev.espalier.jinja;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Parses expressions with Jinja2's precedence, from weak to strong: {@code if else}, {@code or},
 * {@code and}, {@code not}, comparisons, {@code + -}, {@code ~}, {@code * / // %}, {@code **},
 * signs, then attributes, calls, filters and tests.
 */
class ExpressionParser extends TokenReader {
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
  private static final int MAX_DEPTH = 200;

  ExpressionParser(List<Token> tokens) {
    super(tokens);
  }

  Expression onlyExpression() {
    Expression expression = expression();
    if (peek().kind() != Token.Kind.END) {
      throw unexpected("the end of the expression");
    }
    return expression;
  }

  Expression expression() {
    return nested(MAX_DEPTH, this::conditional);
  }

  private Expression conditional() {
    Expression value = or();
    while (peek().isName("if")) {
      Token at = take();
      Expression condition = or();
      Expression otherwise = takeName("else") ? expression() : null;
      value = new Operations.Conditional(at, condition, value, otherwise);
    }
    return value;
  }

  private Expression part(boolean withConditional) {
    return withConditional ? expression() : nested(MAX_DEPTH, this::or);
  }

  /** One expression, or several with commas between, which make a tuple. */
  Expression tuple(boolean withConditional, boolean mayBeEmpty) {
    Token at = peek();
    List<Expression> items = new ArrayList<>();
    boolean isTuple = false;
    while (!endsTuple()) {
      items.add(part(withConditional));
      if (!takeOperator(",")) {
        break;
      }
      isTuple = true;
    }
    return tupleOf(at, items, isTuple, mayBeEmpty);
  }

  final Expression tupleOf(Token at, List<Expression> items, boolean isTuple, boolean mayBeEmpty) {
    if (!isTuple && items.size() == 1) {
      return items.get(0);
    }
    if (items.isEmpty() && (isTuple || !mayBeEmpty)) {
      throw unexpected("an expression");
    }
    return new Literals.TupleOf(at, items);
  }

  final boolean endsTuple() {
    return switch (peek().kind()) {
      case VARIABLE_END, BLOCK_END -> true;
      default -> peek().isOperator(")");
    };
  }

  private Expression or() {
    Expression left = and();
    while (peek().isName("or")) {
      Token at = take();
      left = new Operations.Junction(at, left, and());
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (peek().isName("and")) {
      Token at = take();
      left = new Operations.Junction(at, left, not());
    }
    return left;
  }

  private Expression not() {
    if (peek().isName("not")) {
      Token at = take();
      return nested(MAX_DEPTH, () -> new Operations.Not(at, not()));
    }
    return comparison();
  }

  private Expression comparison() {
    Token at = peek();
    List<Expression> operands = new ArrayList<>(List.of(sum()));
    List<String> operators = new ArrayList<>();
    for (String operator = comparisonOperator();
        operator != null;
        operator = comparisonOperator()) {
      operators.add(operator);
      operands.add(sum());
    }
    return operators.isEmpty() ? operands.get(0) : new Operations.Chain(at, operands, operators);
  }

  private String comparisonOperator() {
    Token token = peek();
    if (token.kind() == Token.Kind.OPERATOR && COMPARISONS.contains(token.text())) {
      return take().text();
    }
    if (takeName("in")) {
      return "in";
    }
    if (token.isName("not") && peekSecond().isName("in")) {
      take();
      take();
      return "not in";
    }
    return null;
  }

  private Expression sum() {
    return leftAssociative(Set.of("+", "-"), this::concatenation);
  }

  private Expression concatenation() {
    Token at = peek();
    List<Expression> operands = new ArrayList<>(List.of(product()));
    while (takeOperator("~")) {
      operands.add(product());
    }
    return operands.size() == 1 ? operands.get(0) : new Operations.Concatenation(at, operands);
  }

  private Expression product() {
    return leftAssociative(Set.of("*", "/", "//", "%"), this::power);
  }

  private Expression power() {
    return leftAssociative(Set.of("**"), () -> unary(true));
  }

  private Expression leftAssociative(Set<String> operators, Supplier<Expression> operand) {
    Expression left = operand.get();
    while (peek().kind() == Token.Kind.OPERATOR && operators.contains(peek().text())) {
      Token at = take();
      left = new Operations.Binary(at, left, operand.get());
    }
    return left;
  }

  private Expression unary(boolean withFilters) {
    Expression operand;
    if (peek().isOperator("-") || peek().isOperator("+")) {
      Token at = take();
      operand = nested(MAX_DEPTH, () -> new Operations.Sign(at, unary(false)));
    } else {
      operand = primary();
    }
    operand = postfix(operand);
    return withFilters ? filtersAndTests(operand) : operand;
  }

  final Expression primary() {
    Token token = peek();
    switch (token.kind()) {
      case NAME -> {
        take();
        return switch (token.text()) {
          case "true", "True" -> new Literals.Constant(token, true);
          case "false", "False" -> new Literals.Constant(token, false);
          case "none", "None" -> new Literals.Constant(token, null);
          default -> new Name(token);
        };
      }
      case STRING -> {
        StringBuilder text = new StringBuilder();
        while (peek().kind() == Token.Kind.STRING) {
          text.append(take().text());
        }
        return new Literals.Constant(token, text.toString());
      }
      case INTEGER -> {
        return new Literals.Constant(token, integer(take().text()));
      }
      case FLOAT -> {
        return new Literals.Constant(token, Double.parseDouble(take().text()));
      }
      default -> {
        return nested(MAX_DEPTH, this::enclosed);
      }
    }
  }

  private Object integer(String text) {
    int radix = 10;
    if (text.length() > 1) {
      radix =
          switch (text.charAt(1)) {
            case 'x', 'X' -> 16;
            case 'o', 'O' -> 8;
            case 'b', 'B' -> 2;
            default -> 10;
          };
    }
    String digits = radix == 10 ? text : text.substring(2);
    if (digits.length() > Numbers.MAX_DIGITS) {
      throw peek().error("a number has more than " + Numbers.MAX_DIGITS + " digits");
    }
    return Numbers.whole(new BigInteger(digits, radix));
  }

  private Expression enclosed() {
    Token at = peek();
    if (takeOperator("(")) {
      Expression inner = tuple(true, true);
      expectOperator(")");
      return inner;
    }
    if (takeOperator("[")) {
      List<Expression> items = new ArrayList<>();
      while (!takeOperator("]")) {
        items.add(expression());
        separator("]");
      }
      return new Literals.ListOf(at, items);
    }
    if (takeOperator("{")) {
      List<Expression> keys = new ArrayList<>();
      List<Expression> values = new ArrayList<>();
      while (!takeOperator("}")) {
        keys.add(expression());
        expectOperator(":");
        values.add(expression());
        separator("}");
      }
      return new Literals.DictOf(at, keys, values);
    }
    throw unexpected("an expression");
  }

  /** A comma, unless {@code end} follows. */
  private void separator(String end) {
    if (!peek().isOperator(end)) {
      expectOperator(",");
    }
  }

  private Expression postfix(Expression start) {
    Expression value = start;
    while (true) {
      Token at = peek();
      if (takeOperator(".")) {
        if (peek().kind() == Token.Kind.INTEGER) {
          Token index = peek();
          value = new Access.Item(at, value, new Literals.Constant(index, integer(take().text())));
        } else {
          value = new Access.Attribute(at, value, expectName("an attribute").text());
        }
      } else if (takeOperator("[")) {
        value = subscript(at, value);
        expectOperator("]");
      } else if (at.isOperator("(")) {
        value = new Call(at, value, arguments());
      } else {
        return value;
      }
    }
  }

  private Expression subscript(Token at, Expression object) {
    List<Expression> parts = new ArrayList<>();
    do {
      if (peek().isOperator("]")) {
        break;
      }
      Expression from = peek().isOperator(":") ? null : expression();
      if (takeOperator(":")) {
        Expression to = endsBound() ? null : expression();
        Expression step = takeOperator(":") && !endsBound() ? expression() : null;
        if (!parts.isEmpty() || peek().isOperator(",")) {
          throw unexpected("a single slice");
        }
        return new Access.Slice(at, object, from, to, step);
      }
      parts.add(from);
    } while (takeOperator(","));
    Expression key = parts.size() == 1 ? parts.get(0) : new Literals.TupleOf(at, parts);
    return new Access.Item(at, object, key);
  }

  private boolean endsBound() {
    return peek().isOperator(":") || peek().isOperator("]") || peek().isOperator(",");
  }

  private CallArguments arguments() {
    expectOperator("(");
    List<Expression> positional = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    Expression spread = null;
    Expression spreadNamed = null;
    while (!takeOperator(")")) {
      Token at = peek();
      boolean inOrder;
      if (takeOperator("*")) {
        inOrder = spread == null && spreadNamed == null;
        spread = expression();
      } else if (takeOperator("**")) {
        inOrder = spreadNamed == null;
        spreadNamed = expression();
      } else if (at.kind() == Token.Kind.NAME && peekSecond().isOperator("=")) {
        inOrder = spreadNamed == null;
        take();
        take();
        if (named.put(at.text(), expression()) != null) {
          throw at.error("the argument " + at.text() + " is given twice");
        }
      } else {
        inOrder = named.isEmpty() && spread == null && spreadNamed == null;
        positional.add(expression());
      }
      if (!inOrder) {
        throw at.error("an argument stands in the wrong place");
      }
      separator(")");
    }
    return new CallArguments(positional, named, spread, spreadNamed);
  }

  private Expression filtersAndTests(Expression start) {
    Expression value = start;
    while (true) {
      Token at = peek();
      if (at.isOperator("|")) {
        take();
        value = filter(value);
      } else if (takeName("is")) {
        value = test(value);
      } else if (at.isOperator("(")) {
        value = new Call(at, value, arguments());
      } else {
        return value;
      }
    }
  }

  /**
   * A filter, whose name comes next.
   *
   * @param value may be null
   */
  final Filtered filter(Expression value) {
    Token name = dotted(expectName("a filter"));
    CallArguments arguments = peek().isOperator("(") ? arguments() : CallArguments.NONE;
    return new Filtered(name, value, arguments);
  }

  private Token dotted(Token first) {
    String text = first.text();
    while (takeOperator(".")) {
      text += "." + expectName("a name").text();
    }
    return new Token(Token.Kind.NAME, text, first.line(), first.column());
  }

  private Expression test(Expression value) {
    Token at = peek();
    boolean negated = takeName("not");
    Token name = dotted(expectName("a test"));
    CallArguments arguments = CallArguments.NONE;
    if (peek().isOperator("(")) {
      arguments = arguments();
    } else if (beginsTestArgument()) {
      Expression argument = postfix(primary());
      arguments = new CallArguments(List.of(argument), Map.of(), null, null);
    }
    Expression tested = new Tested(name, value, arguments);
    return negated ? new Operations.Not(at, tested) : tested;
  }

  private boolean beginsTestArgument() {
    Token token = peek();
    if (token.isName("is")) {
      throw token.error("tests cannot follow each other");
    }
    return switch (token.kind()) {
      case STRING, INTEGER, FLOAT -> true;
      case NAME -> !Set.of("else", "or", "and").contains(token.text());
      default -> token.isOperator("[") || token.isOperator("{");
    };
  }
}
