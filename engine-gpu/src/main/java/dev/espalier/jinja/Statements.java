package dev.espalier.jinja;

import java.util.List;
import java.util.Set;

/** The statements that write, choose and assign. */
final class Statements {
  private Statements() {}

  /** Text between tags. */
  static final class Text extends Statement {
    private final String text;

    Text(Token at) {
      super(at);
      this.text = at.text();
    }

    @Override
    Flow execute(Rendering rendering, Frame frame, Output output) {
      output.write(text);
      return Flow.NEXT;
    }

    @Override
    void declare(Symbols symbols) {}

    @Override
    void bind(Binder binder, Symbols symbols, boolean soft) {}

    @Override
    List<Object> parts() {
      return List.of();
    }
  }

  /** {@code {{ value }}}. */
  static final class Print extends Statement {
    private final Expression value;

    Print(Token at, Expression value) {
      super(at);
      this.value = value;
    }

    @Override
    Flow execute(Rendering rendering, Frame frame, Output output) {
      Object printed = value.value(rendering, frame);
      if (printed == null && !rendering.settings.nullPrints()) {
        String path = value.path();
        throw new JinjaException(
            JinjaException.Kind.NULL_PRINTED,
            (path.isEmpty() ? "the printed value" : "'" + path + "'")
                + " is null; `| default('…', true)` says what to print instead",
            path,
            value.line,
            value.column);
      }
      try {
        output.write(Repr.text(printed, rendering));
      } catch (JinjaException e) {
        throw e.at(value.line, value.column);
      }
      return Flow.NEXT;
    }

    @Override
    void declare(Symbols symbols) {
      symbols.visit(value);
    }

    @Override
    void bind(Binder binder, Symbols symbols, boolean soft) {
      binder.bind(value, symbols, soft);
    }

    @Override
    List<Object> parts() {
      return parts(value);
    }
  }

  /** {@code {% if %}}; an {@code elif} is another one in {@code otherwise}. */
  static final class If extends Statement {
    private final Expression condition;
    private final List<Statement> body;
    private final List<If> alternatives;
    private final List<Statement> otherwise;

    If(
        Token at,
        Expression condition,
        List<Statement> body,
        List<If> alternatives,
        List<Statement> otherwise) {
      super(at);
      this.condition = condition;
      this.body = body;
      this.alternatives = alternatives;
      this.otherwise = otherwise;
    }

    @Override
    Flow execute(Rendering rendering, Frame frame, Output output) {
      if (isTrue(rendering, frame)) {
        return runAll(body, rendering, frame, output);
      }
      for (If alternative : alternatives) {
        if (alternative.isTrue(rendering, frame)) {
          return runAll(alternative.body, rendering, frame, output);
        }
      }
      return runAll(otherwise, rendering, frame, output);
    }

    private boolean isTrue(Rendering rendering, Frame frame) {
      Object value = condition.value(rendering, frame);
      try {
        return Comparison.isTrue(value);
      } catch (JinjaException e) {
        throw e.at(condition.line, condition.column);
      }
    }

    @Override
    void declare(Symbols symbols) {
      symbols.visit(condition);
      symbols.branches(List.of(body, List.copyOf(alternatives), otherwise));
    }

    @Override
    void bind(Binder binder, Symbols symbols, boolean soft) {
      binder.bind(condition, symbols, true);
      binder.bind(body, symbols, true);
      alternatives.forEach(alternative -> alternative.bind(binder, symbols, true));
      binder.bind(otherwise, symbols, true);
    }

    @Override
    List<Object> parts() {
      return parts(condition, body, alternatives, otherwise);
    }
  }

  /** {@code {% set target = value %}}. */
  static final class Assignment extends Statement {
    private final Expression target;
    private final Expression value;

    Assignment(Token at, Expression target, Expression value) {
      super(at);
      this.target = target;
      this.value = value;
    }

    @Override
    Flow execute(Rendering rendering, Frame frame, Output output) {
      requireNamespaces(target, rendering, frame);
      target.assign(rendering, frame, value.value(rendering, frame));
      return Flow.NEXT;
    }

    static void requireNamespaces(Expression target, Rendering rendering, Frame frame) {
      if (target instanceof NamespaceTarget namespace) {
        namespace.requireNamespace(rendering, frame);
      }
      target.children().forEach(child -> requireNamespaces(child, rendering, frame));
    }

    @Override
    void declare(Symbols symbols) {
      symbols.visit(value);
      symbols.visit(target);
    }

    @Override
    void bind(Binder binder, Symbols symbols, boolean soft) {
      binder.bind(target, symbols, soft);
      binder.bind(value, symbols, soft);
    }

    @Override
    List<Object> parts() {
      return parts(target, value);
    }
  }

  /** {@code {% set target | filters %} body {% endset %}}. */
  static final class SetBlock extends Statement {
    private final Expression target;
    private final Filtered filter;
    private final List<Statement> body;
    private Symbols.Entry entry;

    SetBlock(Token at, Expression target, Filtered filter, List<Statement> body) {
      super(at);
      this.target = target;
      this.filter = filter;
      this.body = body;
    }

    @Override
    Flow execute(Rendering rendering, Frame frame, Output output) {
      entry.begin(frame);
      Output text = new Output(rendering);
      Flow flow = runAll(body, rendering, frame, text);
      if (flow != Flow.NEXT) {
        return flow;
      }
      Object value = text.toString();
      if (filter != null) {
        value = filter.evaluate(text.toString(), rendering, frame);
      }
      target.assign(rendering, frame, value);
      entry.end(frame);
      return Flow.NEXT;
    }

    @Override
    void declare(Symbols symbols) {
      symbols.visit(target);
    }

    @Override
    void bind(Binder binder, Symbols symbols, boolean soft) {
      Symbols inner = new Symbols(symbols, symbols.slots);
      inner.visit(body);
      if (filter != null) {
        inner.visit(filter);
      }
      entry = inner.entry();
      binder.bind(target, symbols, soft);
      binder.bind(filter, inner, soft);
      binder.bind(body, inner, soft);
    }

    @Override
    List<Object> parts() {
      return parts(target, filter, body);
    }
  }

  /** {@code {% filter … %} body {% endfilter %}}. */
  static final class FilterBlock extends Statement {
    private final Filtered filter;
    private final List<Statement> body;
    private Symbols.Entry entry;

    FilterBlock(Token at, Filtered filter, List<Statement> body) {
      super(at);
      this.filter = filter;
      this.body = body;
    }

    @Override
    Flow execute(Rendering rendering, Frame frame, Output output) {
      entry.begin(frame);
      Output text = new Output(rendering);
      Flow flow = runAll(body, rendering, frame, text);
      if (flow != Flow.NEXT) {
        return flow;
      }
      output.writeText(filter.evaluate(text.toString(), rendering, frame), this);
      entry.end(frame);
      return Flow.NEXT;
    }

    @Override
    void declare(Symbols symbols) {
      symbols.visit(filter);
    }

    @Override
    void bind(Binder binder, Symbols symbols, boolean soft) {
      Symbols inner = new Symbols(symbols, symbols.slots);
      inner.visit(body);
      inner.visit(filter);
      entry = inner.entry();
      binder.bind(body, inner, soft);
      binder.bind(filter, inner, soft);
    }

    @Override
    List<Object> parts() {
      return parts(body, filter);
    }
  }

  /** {@code {% with a = 1, b = 2 %} body {% endwith %}}. */
  static final class With extends Statement {
    private final List<Expression> targets;
    private final List<Expression> values;
    private final List<Statement> body;
    private Symbols.Entry entry;

    With(Token at, List<Expression> targets, List<Expression> values, List<Statement> body) {
      super(at);
      this.targets = targets;
      this.values = values;
      this.body = body;
    }

    @Override
    Flow execute(Rendering rendering, Frame frame, Output output) {
      entry.begin(frame);
      for (int i = 0; i < targets.size(); i++) {
        targets.get(i).assign(rendering, frame, values.get(i).value(rendering, frame));
      }
      Flow flow = runAll(body, rendering, frame, output);
      if (flow == Flow.NEXT) {
        entry.end(frame);
      }
      return flow;
    }

    @Override
    void declare(Symbols symbols) {
      values.forEach(symbols::visit);
    }

    @Override
    void bind(Binder binder, Symbols symbols, boolean soft) {
      Symbols inner = new Symbols(symbols, symbols.slots);
      targets.forEach(inner::visit);
      inner.visit(body);
      entry = inner.entry();
      targets.forEach(target -> binder.bind(target, inner, soft));
      values.forEach(value -> binder.bind(value, symbols, soft));
      binder.bind(body, inner, soft);
    }

    @Override
    List<Object> parts() {
      return parts(targets, values, body);
    }
  }

  /** {@code {% break %}}, {@code {% continue %}}. */
  static final class Jump extends Statement {
    private final Flow flow;

    Jump(Token at, Flow flow) {
      super(at);
      this.flow = flow;
    }

    @Override
    Flow execute(Rendering rendering, Frame frame, Output output) {
      return flow;
    }

    @Override
    void declare(Symbols symbols) {}

    @Override
    void bind(Binder binder, Symbols symbols, boolean soft) {}

    @Override
    List<Object> parts() {
      return List.of();
    }
  }

  /** Names that a macro's body may use without declaring them. */
  static final Set<String> SPECIAL = Set.of("caller", "kwargs", "varargs");
}
