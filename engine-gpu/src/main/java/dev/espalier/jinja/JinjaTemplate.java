package dev.espalier.jinja;

import java.util.List;

/** A compiled Jinja template. Immutable and thread-safe. */
public final class JinjaTemplate {
  private final TemplateSettings settings;
  private final List<Statement> body;
  private final Symbols.Entry entry;
  private final Slots slots;
  private final List<VariableUse> uses;
  private final List<ForbiddenUse> forbidden;

  private JinjaTemplate(
      TemplateSettings settings,
      List<Statement> body,
      Symbols.Entry entry,
      Slots slots,
      List<VariableUse> uses,
      List<ForbiddenUse> forbidden) {
    this.settings = settings;
    this.body = body;
    this.entry = entry;
    this.slots = slots;
    this.uses = uses;
    this.forbidden = List.copyOf(forbidden);
  }

  /**
   * @throws JinjaException if the text is no Jinja, or uses what is left out; with its place
   */
  public static JinjaTemplate compile(String text, TemplateSettings settings) {
    List<Token> tokens = Lexer.template(text, settings);
    List<Statement> body = new TemplateParser(tokens, settings).template();
    Slots slots = new Slots(null);
    Symbols symbols = new Symbols(null, slots);
    symbols.visit(body);
    Symbols.Entry entry = symbols.entry();
    Binder binder = new Binder(settings);
    binder.bind(body, symbols, false);
    return new JinjaTemplate(settings, body, entry, slots, binder.uses(), binder.forbidden());
  }

  /**
   * The text with everything filled in.
   *
   * @throws JinjaException if something is undefined, or a value does not allow what is done with
   *     it, or a limit is met; with its place
   */
  public String render(Variables variables) {
    Rendering rendering = new Rendering(settings, variables);
    Frame frame = new Frame(null, slots.size());
    entry.begin(frame);
    Output output = new Output(rendering);
    Statement.runAll(body, rendering, frame, output);
    return output.toString();
  }

  /** The uses of names that the template does not define, in the order of the text. */
  public List<VariableUse> variables() {
    return uses;
  }

  /** The attributes that no value lets the template read, except where they are only asked for. */
  public List<ForbiddenUse> forbidden() {
    return forbidden;
  }
}
