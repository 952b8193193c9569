package dev.espalier.jinja;

import java.util.List;

/** The statements that define and call macros. */
final class MacroStatements {
  private MacroStatements() {}

  /** {@code {% macro name(parameters) %} body {% endmacro %}}. */
  static final class Definition extends Statement {
    private final Name name;
    private final MacroBody body;

    Definition(Token at, Name name, MacroBody body) {
      super(at);
      this.name = name;
      this.body = body;
      name.use(Name.Use.STORE);
    }

    @Override
    Flow execute(Rendering rendering, Frame frame, Output output) {
      name.assign(rendering, frame, new Macro(name.name, body, frame));
      return Flow.NEXT;
    }

    @Override
    void declare(Symbols symbols) {
      symbols.store(name.name);
    }

    @Override
    void bind(Binder binder, Symbols symbols, boolean soft) {
      binder.bind(name, symbols, soft);
      body.bind(binder, symbols, soft);
    }

    @Override
    List<Object> parts() {
      return body.parts();
    }
  }

  /** {@code {% call(parameters) function(arguments) %} body {% endcall %}}. */
  static final class CallBlock extends Statement {
    private final Call call;
    private final MacroBody body;

    CallBlock(Token at, Call call, MacroBody body) {
      super(at);
      this.call = call;
      this.body = body;
    }

    @Override
    Flow execute(Rendering rendering, Frame frame, Output output) {
      Macro caller = new Macro(null, body, frame);
      output.writeText(call.evaluateWith("caller", caller, rendering, frame), this);
      return Flow.NEXT;
    }

    @Override
    void declare(Symbols symbols) {
      symbols.visit(call);
    }

    @Override
    void bind(Binder binder, Symbols symbols, boolean soft) {
      body.bind(binder, symbols, soft);
      binder.bind(call, symbols, soft);
    }

    @Override
    List<Object> parts() {
      return parts(call, body.parts());
    }
  }

  /** {@code {% generation %}}, which marks what a model wrote; a block with names of its own. */
  static final class Generation extends Statement {
    private final MacroBody body;

    Generation(Token at, MacroBody body) {
      super(at);
      this.body = body;
    }

    @Override
    Flow execute(Rendering rendering, Frame frame, Output output) {
      Object text = new Macro(null, body, frame).call(rendering, Arguments.NONE);
      output.writeText(text, this);
      return Flow.NEXT;
    }

    @Override
    void declare(Symbols symbols) {}

    @Override
    void bind(Binder binder, Symbols symbols, boolean soft) {
      body.bind(binder, symbols, soft);
    }

    @Override
    List<Object> parts() {
      return body.parts();
    }
  }
}
