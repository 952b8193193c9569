package dev.espalier.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Parses the statements of a template. */
final class TemplateParser extends ExpressionParser {
  private int loops;

  TemplateParser(List<Token> tokens) {
    super(tokens);
  }

  Node template() {
    Node body = body(Set.of());
    if (peek().kind() != Token.Kind.END) {
      throw unexpected("text or a tag");
    }
    return body;
  }

  Expression onlyExpression() {
    Expression expression = expression();
    if (peek().kind() != Token.Kind.END) {
      throw unexpected("the end of the expression");
    }
    return expression;
  }

  /** Up to the statement that begins with one of {@code ends}, whose name is the next token. */
  private Node body(Set<String> ends) {
    List<Node> nodes = new ArrayList<>();
    while (true) {
      Token token = peek();
      switch (token.kind()) {
        case TEXT -> nodes.add(new Node.Text(take().text()));
        case EXPRESSION_BEGIN -> {
          take();
          nodes.add(new Node.Line(token.line(), new Node.Output(tuple(true))));
          expect(Token.Kind.EXPRESSION_END, "}}");
        }
        case STATEMENT_BEGIN -> {
          take();
          if (peek().kind() == Token.Kind.NAME && ends.contains(peek().text())) {
            return new Node.Body(nodes);
          }
          nodes.add(new Node.Line(token.line(), statement()));
        }
        default -> {
          if (!ends.isEmpty()) {
            throw unexpected("{% " + String.join(" or ", ends.stream().sorted().toList()) + " %}");
          }
          return new Node.Body(nodes);
        }
      }
    }
  }

  private void expect(Token.Kind kind, String what) {
    if (peek().kind() != kind) {
      throw unexpected(what);
    }
    take();
  }

  private void endStatement() {
    expect(Token.Kind.STATEMENT_END, "%}");
  }

  /** The body up to {@code {% end %}}, which is taken. */
  private Node bodyUpTo(String end) {
    endStatement();
    Node body = body(Set.of(end));
    take();
    endStatement();
    return body;
  }

  private Node statement() {
    int line = peek().line();
    String name = expectName("a statement");
    return switch (name) {
      case "if" -> condition();
      case "for" -> loop();
      case "set" -> assignment();
      case "macro" -> macro();
      case "generation" -> bodyUpTo("endgeneration"); // Marks what a model wrote, for training.
      case "break" -> jump(true, line);
      case "continue" -> jump(false, line);
      default -> throw new JinjaException("{% " + name + " %} is not supported").at(line);
    };
  }

  private Node condition() {
    Expression condition = tuple(false);
    endStatement();
    Node then = body(Set.of("elif", "else", "endif"));
    String end = take().text();
    if (end.equals("elif")) {
      return new Node.If(condition, then, new Node.Line(peek().line(), condition()));
    }
    return new Node.If(condition, then, end.equals("else") ? bodyUpTo("endif") : ended());
  }

  private Node ended() {
    endStatement();
    return new Node.Body(List.of());
  }

  private Node loop() {
    List<String> targets = targets();
    if (!takeName("in")) {
      throw unexpected("in");
    }
    Expression iterable = tuple(false);
    Expression filter = takeName("if") ? expression() : null;
    if (peek().isName("recursive")) {
      throw new JinjaException("recursive loops are not supported").at(peek().line());
    }
    endStatement();
    loops++;
    Node body = body(Set.of("else", "endfor"));
    loops--;
    Node otherwise = take().text().equals("else") ? bodyUpTo("endfor") : ended();
    return new Node.For(targets, iterable, filter, body, otherwise);
  }

  private List<String> targets() {
    boolean enclosed = takeOperator("(");
    List<String> targets = new ArrayList<>();
    do {
      targets.add(defined(expectName("a name")));
    } while (takeOperator(",") && peek().kind() == Token.Kind.NAME && !peek().isName("in"));
    if (enclosed) {
      expectOperator(")");
    }
    return targets;
  }

  private Node assignment() {
    List<String> targets = targets();
    if (targets.size() == 1 && takeOperator(".")) {
      String attribute = expectName("an attribute");
      expectOperator("=");
      Node set = new Node.SetAttribute(targets.get(0), attribute, tuple(true));
      endStatement();
      return set;
    }
    if (takeOperator("=")) {
      Node set = new Node.Set(targets, tuple(true));
      endStatement();
      return set;
    }
    if (targets.size() > 1) {
      throw unexpected("'='");
    }
    UnaryOperator<Expression> filters = UnaryOperator.identity();
    while (takeOperator("|")) {
      filters = followed(filters);
    }
    return new Node.SetBlock(targets.get(0), bodyUpTo("endset"), filters);
  }

  private UnaryOperator<Expression> followed(UnaryOperator<Expression> filters) {
    Expression.Filtered parsed = (Expression.Filtered) filter(new Expression.Literal(null));
    return value ->
        new Expression.Filtered(filters.apply(value), parsed.filter(), parsed.arguments());
  }

  private Node macro() {
    String name = defined(expectName("a name"));
    expectOperator("(");
    List<String> parameters = new ArrayList<>();
    Map<String, Expression> defaults = new LinkedHashMap<>();
    while (!takeOperator(")")) {
      String parameter = defined(expectName("a parameter"));
      parameters.add(parameter);
      if (takeOperator("=")) {
        defaults.put(parameter, expression());
      }
      if (!peek().isOperator(")")) {
        expectOperator(",");
      }
    }
    int surrounding = loops;
    loops = 0;
    Node body = bodyUpTo("endmacro");
    loops = surrounding;
    return new Node.Macro(name, parameters, defaults, body);
  }

  private Node jump(boolean leavesLoop, int line) {
    if (loops == 0) {
      throw new JinjaException("break and continue belong into a loop").at(line);
    }
    endStatement();
    return new Node.Jump(leavesLoop);
  }
}
