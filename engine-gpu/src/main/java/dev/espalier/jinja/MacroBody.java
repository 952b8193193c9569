package dev.espalier.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The parameters and the body of a macro or a call block. */
final class MacroBody {
  final List<Name> parameters;

  /** Of the last parameters. */
  private final List<Expression> defaults;

  private final List<Statement> body;
  private Symbols.Entry entry;
  private Slots slots;
  private int callerIndex = -1;
  private int namedIndex = -1;
  private int restIndex = -1;
  private List<Slots.Place> places;

  MacroBody(List<Name> parameters, List<Expression> defaults, List<Statement> body) {
    this.parameters = parameters;
    this.defaults = defaults;
    this.body = body;
  }

  List<Statement> statements() {
    return body;
  }

  boolean usesCaller() {
    return callerIndex >= 0;
  }

  boolean takesNamed() {
    return namedIndex >= 0;
  }

  boolean takesRest() {
    return restIndex >= 0;
  }

  List<Object> parts() {
    return Statement.parts(parameters, defaults, body);
  }

  void bind(Binder binder, Symbols symbols, boolean soft) {
    slots = new Slots(symbols.slots);
    Symbols inner = new Symbols(symbols, slots);
    declare(inner);
    boolean hasCaller = parameters.stream().anyMatch(p -> p.name.equals("caller"));
    Set<String> special = Statement.undeclared(body, Statements.SPECIAL);
    if (special.contains("caller")) {
      if (!hasCaller) {
        callerIndex = special(inner, "caller");
      } else if (!hasDefault("caller")) {
        throw new JinjaException(
            JinjaException.Kind.SYNTAX,
            "the parameter caller must be left out or have a default",
            "",
            parameters.get(0).line,
            parameters.get(0).column);
      }
    }
    if (special.contains("kwargs") && parameters.stream().noneMatch(p -> p.name.equals("kwargs"))) {
      namedIndex = special(inner, "kwargs");
    }
    if (special.contains("varargs")
        && parameters.stream().noneMatch(p -> p.name.equals("varargs"))) {
      restIndex = special(inner, "varargs");
    }
    declare(inner);
    entry = inner.entry();
    places = new ArrayList<>();
    for (Name parameter : parameters) {
      places.add(inner.place(parameter.name, slots));
    }
    defaults.forEach(expression -> binder.bind(expression, inner, soft));
    binder.bind(body, inner, soft);
  }

  private void declare(Symbols inner) {
    parameters.forEach(inner::visit);
    defaults.forEach(inner::visit);
    inner.visit(body);
  }

  private static int special(Symbols inner, String name) {
    inner.parameter(name);
    return inner.place(name, inner.slots).index();
  }

  private boolean hasDefault(String name) {
    int from = parameters.size() - defaults.size();
    return parameters.subList(from, parameters.size()).stream().anyMatch(p -> p.name.equals(name));
  }

  /**
   * The text.
   *
   * @param values of the parameters; {@link Frame#MISSING} where there is none
   */
  String render(
      List<Object> values,
      Object caller,
      Dict named,
      Tuple rest,
      Rendering rendering,
      Frame definition) {
    Frame frame = new Frame(definition, slots.size());
    entry.begin(frame);
    for (int i = 0; i < values.size(); i++) {
      frame.variables[places.get(i).index()] = values.get(i);
    }
    if (callerIndex >= 0) {
      frame.variables[callerIndex] = caller;
    }
    if (namedIndex >= 0) {
      frame.variables[namedIndex] = named;
    }
    if (restIndex >= 0) {
      frame.variables[restIndex] = rest;
    }
    int firstDefault = parameters.size() - defaults.size();
    for (int i = 0; i < values.size(); i++) {
      int index = places.get(i).index();
      if (frame.variables[index] == Frame.MISSING) {
        frame.variables[index] =
            i < firstDefault
                ? notProvided(parameters.get(i).name, rendering)
                : defaults.get(i - firstDefault).value(rendering, frame);
      }
    }
    Output output = new Output(rendering);
    Statement.runAll(body, rendering, frame, output);
    return output.toString();
  }

  private static Undefined notProvided(String name, Rendering rendering) {
    return rendering.undefined(name, "the parameter '" + name + "' was not given");
  }
}
