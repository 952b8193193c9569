package dev.espalier.jinja;

import dev.espalier.jinja.JinjaException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Parses the statements of a template. */
final class TemplateParser extends ExpressionParser {
  private static final Set<String> FILES = Set.of("include", "import", "from", "extends", "block");

  /** Jinja2's extensions that are not there unless asked for. */
  private static final Set<String> EXTENSIONS = Set.of("do", "trans", "debug", "pluralize");

  private final TemplateSettings settings;

  /** Open loops in the macro that is parsed. */
  private int loops;

  TemplateParser(List<Token> tokens, TemplateSettings settings) {
    super(tokens);
    this.settings = settings;
  }

  List<Statement> template() {
    List<Statement> body = body(Set.of());
    if (peek().kind() != Token.Kind.END) {
      throw unexpected("text or a tag");
    }
    return body;
  }

  /** Up to the statement that begins with one of {@code ends}, whose name is the next token. */
  private List<Statement> body(Set<String> ends) {
    List<Statement> statements = new ArrayList<>();
    while (true) {
      Token token = peek();
      switch (token.kind()) {
        case DATA -> statements.add(new Statements.Text(take()));
        case VARIABLE_BEGIN -> {
          take();
          statements.add(new Statements.Print(token, tuple(true, false)));
          expect(Token.Kind.VARIABLE_END, "}}");
        }
        case BLOCK_BEGIN -> {
          take();
          if (peek().kind() == Token.Kind.NAME && ends.contains(peek().text())) {
            return statements;
          }
          nested(settings.limits().nesting(), () -> statement(statements));
          expect(Token.Kind.BLOCK_END, "%}");
        }
        default -> {
          if (!ends.isEmpty()) {
            throw unexpected("{% " + String.join(" or ", ends.stream().sorted().toList()) + " %}");
          }
          return statements;
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

  /** The body behind the tag that ends here, up to one of {@code ends}, which is not taken. */
  private List<Statement> bodyUpTo(String... ends) {
    takeOperator(":"); // As Python writes it.
    expect(Token.Kind.BLOCK_END, "%}");
    return body(Set.of(ends));
  }

  private Void statement(List<Statement> statements) {
    Token at = expectName("a statement");
    switch (at.text()) {
      case "if" -> statements.add(condition(at));
      case "for" -> statements.add(loop(at));
      case "set" -> statements.add(assignment(at));
      case "macro" -> statements.add(macro(at));
      case "call" -> statements.add(callBlock(at));
      case "filter" -> statements.add(filterBlock(at));
      case "with" -> statements.add(with(at));
      case "print" -> print(at, statements);
      case "break" -> statements.add(jump(at, Statement.Flow.BREAK));
      case "continue" -> statements.add(jump(at, Statement.Flow.CONTINUE));
      default -> {
        if (!at.text().equals("generation") || !settings.isChat()) {
          throw unknown(at);
        }
        statements.add(new MacroStatements.Generation(at, separateBody("endgeneration")));
      }
    }
    return null;
  }

  private static JinjaException unknown(Token at) {
    String name = at.text();
    String reason = null;
    if (FILES.contains(name)) {
      reason = "{% " + name + " %} is left out: a template is one text";
    } else if (name.equals("autoescape")) {
      reason = "{% autoescape %} is left out: nothing is escaped; use the filter escape";
    } else if (EXTENSIONS.contains(name)) {
      reason = "{% " + name + " %} is left out: it is an extension of Jinja2";
    }
    return reason == null
        ? at.error("there is no statement {% " + name + " %}, or it does not belong here")
        : new JinjaException(Kind.UNSUPPORTED, reason, "", at.line(), at.column());
  }

  private Statements.If condition(Token at) {
    Expression condition = tuple(false, false);
    List<Statement> then = bodyUpTo("elif", "else", "endif");
    List<Statements.If> alternatives = new ArrayList<>();
    while (peek().isName("elif")) {
      Token elif = take();
      Expression other = tuple(false, false);
      List<Statement> body = bodyUpTo("elif", "else", "endif");
      alternatives.add(new Statements.If(elif, other, body, List.of(), List.of()));
    }
    List<Statement> otherwise = List.of();
    if (takeName("else")) {
      otherwise = bodyUpTo("endif");
    }
    take();
    return new Statements.If(at, condition, then, alternatives, otherwise);
  }

  private Statement loop(Token at) {
    int mark = position();
    Expression target = target(false);
    int end = position();
    back(mark);
    Expression testTarget = target(false);
    back(end);
    if (!takeName("in")) {
      throw unexpected("in");
    }
    Expression iterable = tuple(false, false);
    Expression test = takeName("if") ? expression() : null;
    boolean isRecursive = takeName("recursive");
    int surrounding = loops;
    loops = isRecursive ? 1 : loops + 1;
    List<Statement> body = bodyUpTo("endfor", "else");
    loops = isRecursive ? 0 : surrounding;
    List<Statement> otherwise = List.of();
    if (takeName("else")) {
      otherwise = bodyUpTo("endfor");
    }
    loops = surrounding;
    take();
    For loop = new For(at, target, testTarget, iterable, test, isRecursive, body, otherwise);
    refuseStoreOfLoop(loop.parts());
    return loop;
  }

  private static void refuseStoreOfLoop(List<?> parts) {
    for (Object part : parts) {
      if (part instanceof Name name) {
        if (name.use() == Name.Use.STORE && name.name.equals("loop")) {
          throw new JinjaException(
              Kind.SYNTAX,
              "nothing can be assigned to the variable loop in a loop",
              "",
              name.line,
              name.column);
        }
      } else if (part instanceof Expression expression) {
        refuseStoreOfLoop(expression.children());
      } else if (!(part instanceof For)) {
        refuseStoreOfLoop(((Statement) part).parts());
      }
    }
  }

  /** What may stand on the left of an assignment. */
  private Expression target(boolean withNamespace) {
    Token at = peek();
    List<Expression> items = new ArrayList<>();
    boolean isTuple = false;
    while (!endsTuple()) {
      items.add(singleTarget(withNamespace));
      if (!takeOperator(",")) {
        break;
      }
      isTuple = true;
    }
    Expression target = tupleOf(at, items, isTuple, false);
    if (!target.isTarget()) {
      throw at.error("nothing can be assigned to this");
    }
    target.use(Name.Use.STORE);
    return target;
  }

  private Expression singleTarget(boolean withNamespace) {
    Token at = peek();
    Expression primary = primary();
    if (withNamespace && primary instanceof Name name && takeOperator(".")) {
      return new NamespaceTarget(at, name, expectName("an attribute").text());
    }
    return primary;
  }

  private Name nameTarget(String what) {
    Token token = expectName(what);
    if (Set.of("true", "True", "false", "False", "none", "None").contains(token.text())) {
      throw token.error("nothing can be assigned to " + token.text());
    }
    Name name = new Name(token);
    name.use(Name.Use.STORE);
    return name;
  }

  private Statement assignment(Token at) {
    Expression target = target(true);
    if (takeOperator("=")) {
      return new Statements.Assignment(at, target, tuple(true, false));
    }
    Filtered filter = null;
    while (takeOperator("|")) {
      filter = filter(filter);
    }
    List<Statement> body = bodyUpTo("endset");
    take();
    return new Statements.SetBlock(at, target, filter, body);
  }

  private Statement macro(Token at) {
    Name name = nameTarget("a name");
    return new MacroStatements.Definition(at, name, signature("endmacro", null));
  }

  private Statement callBlock(Token at) {
    Call[] call = new Call[1];
    MacroBody body = signature("endcall", call);
    return new MacroStatements.CallBlock(at, call[0], body);
  }

  /**
   * Parameters and body.
   *
   * @param call gets the call between them, of a call block, whose parameters may be left out; null
   *     for a macro
   */
  private MacroBody signature(String end, Call[] call) {
    List<Name> parameters = new ArrayList<>();
    List<Expression> defaults = new ArrayList<>();
    if (call == null || peek().isOperator("(")) {
      expectOperator("(");
      while (!takeOperator(")")) {
        if (!parameters.isEmpty()) {
          expectOperator(",");
        }
        Name parameter = nameTarget("a parameter");
        parameter.use(Name.Use.PARAMETER);
        if (parameters.stream().anyMatch(other -> other.name.equals(parameter.name))) {
          throw peek().error("the parameter " + parameter.name + " is there twice");
        }
        if (takeOperator("=")) {
          defaults.add(expression());
        } else if (!defaults.isEmpty()) {
          throw peek().error("a parameter without a default follows one with a default");
        }
        parameters.add(parameter);
      }
    }
    if (call != null) {
      Token at = peek();
      if (!(expression() instanceof Call made)) {
        throw at.error("{% call %} needs a call");
      }
      call[0] = made;
    }
    return new MacroBody(parameters, defaults, separateBody(end).statements());
  }

  /** A body that is a function of its own: no loop reaches into it. */
  private MacroBody separateBody(String end) {
    int surrounding = loops;
    loops = 0;
    List<Statement> body = bodyUpTo(end);
    take();
    loops = surrounding;
    return new MacroBody(List.of(), List.of(), body);
  }

  private Statement filterBlock(Token at) {
    Filtered filter = filter(null);
    while (takeOperator("|")) {
      filter = filter(filter);
    }
    List<Statement> body = bodyUpTo("endfilter");
    take();
    return new Statements.FilterBlock(at, filter, body);
  }

  private Statement with(Token at) {
    List<Expression> targets = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (peek().kind() != Token.Kind.BLOCK_END) {
      if (!targets.isEmpty()) {
        expectOperator(",");
      }
      Expression target = target(false);
      target.use(Name.Use.PARAMETER);
      targets.add(target);
      expectOperator("=");
      values.add(expression());
    }
    List<Statement> body = bodyUpTo("endwith");
    take();
    return new Statements.With(at, targets, values, body);
  }

  private void print(Token at, List<Statement> statements) {
    boolean first = true;
    while (peek().kind() != Token.Kind.BLOCK_END) {
      if (!first) {
        expectOperator(",");
      }
      statements.add(new Statements.Print(at, expression()));
      first = false;
    }
  }

  private Statement jump(Token at, Statement.Flow flow) {
    if (loops == 0) {
      throw at.error("{% " + at.text() + " %} does not stand in a loop");
    }
    return new Statements.Jump(at, flow);
  }
}
