package dev.espalier.jinja;

import dev.espalier.jinja.Expression.And;
import dev.espalier.jinja.Expression.Attribute;
import dev.espalier.jinja.Expression.Binary;
import dev.espalier.jinja.Expression.Call;
import dev.espalier.jinja.Expression.Comparison;
import dev.espalier.jinja.Expression.Concatenation;
import dev.espalier.jinja.Expression.Conditional;
import dev.espalier.jinja.Expression.Filtered;
import dev.espalier.jinja.Expression.Item;
import dev.espalier.jinja.Expression.ListOf;
import dev.espalier.jinja.Expression.Literal;
import dev.espalier.jinja.Expression.MapOf;
import dev.espalier.jinja.Expression.Name;
import dev.espalier.jinja.Expression.Negated;
import dev.espalier.jinja.Expression.Not;
import dev.espalier.jinja.Expression.Or;
import dev.espalier.jinja.Expression.Slice;
import dev.espalier.jinja.Expression.Tested;
import dev.espalier.jinja.Expression.TupleOf;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * Parses expressions with Jinja2's precedence, from weak to strong: {@code if else}, {@code or},
 * {@code and}, {@code not}, comparisons, {@code + -}, {@code ~}, {@code * / // %}, {@code **},
 * signs, then attributes, calls, filters and tests.
 */
class ExpressionParser {
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

  private final List<Token> tokens;
  private final List<VariableUse> uses = new ArrayList<>();
  private final Set<String> own = new java.util.HashSet<>(Globals.FUNCTIONS.keySet());
  private int next;

  List<VariableUse> uses() {
    return uses.stream().filter(use -> !own.contains(use.name())).toList();
  }

  String defined(String name) {
    own.add(name);
    return name;
  }

  ExpressionParser(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token peek() {
    return tokens.get(next);
  }

  private Token peekSecond() {
    return tokens.get(Math.min(next + 1, tokens.size() - 1));
  }

  Token take() {
    Token token = peek();
    next = Math.min(next + 1, tokens.size() - 1);
    return token;
  }

  boolean takeOperator(String operator) {
    boolean found = peek().isOperator(operator);
    if (found) {
      take();
    }
    return found;
  }

  boolean takeName(String name) {
    boolean found = peek().isName(name);
    if (found) {
      take();
    }
    return found;
  }

  void expectOperator(String operator) {
    if (!takeOperator(operator)) {
      throw unexpected("'" + operator + "'");
    }
  }

  String expectName(String what) {
    if (peek().kind() != Token.Kind.NAME) {
      throw unexpected(what);
    }
    return take().text();
  }

  JinjaException unexpected(String expected) {
    return new JinjaException("found " + peek().described() + " where " + expected + " should be")
        .at(peek().line());
  }

  Expression expression() {
    Expression value = or();
    while (takeName("if")) {
      Expression condition = or();
      Expression otherwise = takeName("else") ? expression() : null;
      value = new Conditional(condition, value, otherwise);
    }
    return value;
  }

  /** One expression, or several with commas between, which make a tuple. */
  Expression tuple(boolean withConditional) {
    Supplier<Expression> part = withConditional ? this::expression : this::or;
    Expression first = part.get();
    if (!peek().isOperator(",")) {
      return first;
    }
    List<Expression> items = new ArrayList<>(List.of(first));
    while (takeOperator(",") && !endsTuple()) {
      items.add(part.get());
    }
    return new TupleOf(new ListOf(items));
  }

  private boolean endsTuple() {
    return switch (peek().kind()) {
      case EXPRESSION_END, STATEMENT_END -> true;
      default -> peek().isOperator(")") || peek().isName("in") || peek().isName("if");
    };
  }

  private Expression or() {
    Expression left = and();
    while (takeName("or")) {
      left = new Or(left, and());
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (takeName("and")) {
      left = new And(left, not());
    }
    return left;
  }

  private Expression not() {
    return takeName("not") ? new Not(not()) : comparison();
  }

  private Expression comparison() {
    Expression first = sum();
    List<String> operators = new ArrayList<>();
    List<Expression> operands = new ArrayList<>();
    for (String operator = comparisonOperator();
        operator != null;
        operator = comparisonOperator()) {
      operators.add(operator);
      operands.add(sum());
    }
    return operators.isEmpty() ? first : new Comparison(first, operators, operands);
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
    return leftAssociative(Set.of("+", "-"), this::concatenation, null);
  }

  private Expression concatenation() {
    return leftAssociative(Set.of("~"), this::product, Concatenation::new);
  }

  private Expression product() {
    return leftAssociative(Set.of("*", "/", "//", "%"), this::power, null);
  }

  private Expression power() {
    return leftAssociative(Set.of("**"), () -> unary(true), null);
  }

  private Expression leftAssociative(
      Set<String> operators,
      Supplier<Expression> operand,
      BiFunction<Expression, Expression, Expression> node) {
    Expression left = operand.get();
    while (peek().kind() == Token.Kind.OPERATOR && operators.contains(peek().text())) {
      String operator = take().text();
      Expression right = operand.get();
      left = node == null ? new Binary(operator, left, right) : node.apply(left, right);
    }
    return left;
  }

  private Expression unary(boolean withFilters) {
    Expression operand;
    if (takeOperator("-")) {
      operand = new Negated(unary(false));
    } else if (takeOperator("+")) {
      operand = unary(false);
    } else {
      operand = primary();
    }
    operand = postfix(operand);
    return withFilters ? filtersAndTests(operand) : operand;
  }

  private Expression primary() {
    Token token = peek();
    switch (token.kind()) {
      case NAME -> {
        take();
        return switch (token.text()) {
          case "true", "True" -> new Literal(true);
          case "false", "False" -> new Literal(false);
          case "none", "None" -> new Literal(null);
          default -> {
            uses.add(new VariableUse(token.text(), List.of(), token.line(), 0, false));
            yield new Name(token.text());
          }
        };
      }
      case STRING -> {
        StringBuilder text = new StringBuilder();
        while (peek().kind() == Token.Kind.STRING) {
          text.append(take().text());
        }
        return new Literal(text.toString());
      }
      case INTEGER -> {
        return new Literal(Long.parseLong(take().text()));
      }
      case FLOAT -> {
        return new Literal(Double.parseDouble(take().text()));
      }
      default -> {
        return enclosed();
      }
    }
  }

  private Expression enclosed() {
    if (takeOperator("(")) {
      if (takeOperator(")")) {
        return new TupleOf(new ListOf(List.of()));
      }
      Expression inner = tuple(true);
      expectOperator(")");
      return inner;
    }
    if (takeOperator("[")) {
      List<Expression> items = new ArrayList<>();
      while (!takeOperator("]")) {
        items.add(expression());
        separator("]");
      }
      return new ListOf(items);
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
      return new MapOf(keys, values);
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
      if (takeOperator(".")) {
        if (peek().kind() == Token.Kind.INTEGER) {
          value = new Item(value, new Literal(Long.parseLong(take().text())));
        } else {
          value = new Attribute(value, expectName("an attribute"));
        }
      } else if (takeOperator("[")) {
        value = subscript(value);
        expectOperator("]");
      } else if (peek().isOperator("(")) {
        value = call(value);
      } else {
        return value;
      }
    }
  }

  private Expression call(Expression callee) {
    Token token = peek();
    if (callee instanceof Attribute method && !Access.isMethod(method.name())) {
      throw new JinjaException("the method " + method.name() + " is not supported")
          .at(token.line());
    }
    return new Call(callee, arguments());
  }

  private Expression subscript(Expression object) {
    Expression from = peek().isOperator(":") ? null : tuple(true);
    if (from != null && !peek().isOperator(":")) {
      return new Item(object, from);
    }
    expectOperator(":");
    Expression to = endsBound() ? null : expression();
    Expression step = takeOperator(":") && !endsBound() ? expression() : null;
    return new Slice(object, from, to, step);
  }

  private boolean endsBound() {
    return peek().isOperator(":") || peek().isOperator("]");
  }

  private Arguments arguments() {
    expectOperator("(");
    List<Expression> positional = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    while (!takeOperator(")")) {
      if (peek().kind() == Token.Kind.NAME && peekSecond().isOperator("=")) {
        String name = take().text();
        take();
        named.put(name, expression());
      } else if (named.isEmpty()) {
        positional.add(expression());
      } else {
        throw unexpected("a named argument");
      }
      separator(")");
    }
    return new Arguments(positional, named);
  }

  private Expression filtersAndTests(Expression start) {
    Expression value = start;
    while (true) {
      if (takeOperator("|")) {
        value = filter(value);
      } else if (takeName("is")) {
        value = test(value);
      } else if (peek().isOperator("(")) {
        value = new Call(value, arguments());
      } else {
        return value;
      }
    }
  }

  Expression filter(Expression value) {
    int line = peek().line();
    String name = expectName("a filter");
    Filters.Filter filter = Filters.ALL.get(name);
    if (filter == null) {
      throw new JinjaException("the filter " + name + " is not supported").at(line);
    }
    return new Filtered(value, filter, peek().isOperator("(") ? arguments() : Arguments.NONE);
  }

  private Expression test(Expression value) {
    boolean negated = takeName("not");
    int line = peek().line();
    String name = expectName("a test");
    Predicates.Test test = Predicates.ALL.get(name);
    if (test == null) {
      throw new JinjaException("the test " + name + " is not supported").at(line);
    }
    Arguments arguments = Arguments.NONE;
    if (peek().isOperator("(")) {
      arguments = arguments();
    } else if (beginsTestArgument()) {
      arguments = new Arguments(List.of(postfix(primary())), Map.of());
    }
    Expression tested = new Tested(value, test, arguments);
    return negated ? new Not(tested) : tested;
  }

  private boolean beginsTestArgument() {
    Token token = peek();
    return switch (token.kind()) {
      case STRING, INTEGER, FLOAT -> true;
      case NAME -> !Set.of("else", "or", "and", "is", "if", "in", "not").contains(token.text());
      default -> token.isOperator("[") || token.isOperator("{");
    };
  }
}
