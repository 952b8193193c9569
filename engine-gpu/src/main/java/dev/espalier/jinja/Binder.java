package dev.espalier.jinja;

import dev.espalier.jinja.JinjaException.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Gives the names of a template their variables, and checks filters and tests. Used once. */
final class Binder {
  private final TemplateSettings settings;
  private final List<VariableUse> uses = new ArrayList<>();
  private final List<ForbiddenUse> forbidden = new ArrayList<>();

  Binder(TemplateSettings settings) {
    this.settings = settings;
  }

  List<VariableUse> uses() {
    return uses.stream()
        .sorted(Comparator.comparing(VariableUse::line).thenComparing(VariableUse::column))
        .toList();
  }

  List<ForbiddenUse> forbidden() {
    return forbidden;
  }

  void bind(List<Statement> statements, Symbols symbols, boolean soft) {
    statements.forEach(statement -> statement.bind(this, symbols, soft));
  }

  /**
   * @param soft whether it stands in a condition, where Jinja2 looks for filters and tests only
   *     when it comes there
   */
  void bind(Expression expression, Symbols symbols, boolean soft) {
    bind(expression, symbols, symbols.slots, soft);
  }

  void bind(Expression expression, Symbols symbols, Slots from, boolean soft) {
    if (expression != null) {
      bind(expression, symbols, from, soft, List.of(), false);
    }
  }

  private void bind(
      Expression expression,
      Symbols symbols,
      Slots from,
      boolean soft,
      List<String> path,
      boolean guarded) {
    if (expression instanceof Name name) {
      name.bind(symbols.place(name.name, from));
      boolean isLoad = name.use() == Name.Use.LOAD;
      if (isLoad && symbols.isFree(name.name) && !Globals.of(settings).containsKey(name.name)) {
        boolean mayBeUndefined = guarded || symbols.isStored(name.name);
        uses.add(new VariableUse(name.name, path, name.line, name.column, mayBeUndefined));
      }
    } else if (expression instanceof NamespaceTarget target) {
      target.namespace.bind(symbols.place(target.namespace.name, from));
    } else if (expression instanceof Access.Attribute attribute) {
      if (!guarded) {
        note(attribute);
      }
      bind(attribute.object, symbols, from, soft, prepended(attribute.name, path), guarded);
    } else if (expression instanceof Access.Item item
        && item.key instanceof Literals.Constant constant
        && constant.value instanceof String key) {
      bind(item.object, symbols, from, soft, prepended(key, path), guarded);
    } else {
      bindParts(expression, symbols, from, soft);
    }
  }

  private void bindParts(Expression expression, Symbols symbols, Slots from, boolean soft) {
    List<Expression> children = expression.children();
    boolean softer = soft || expression instanceof Operations.Conditional;
    for (int i = 0; i < children.size(); i++) {
      Expression child = children.get(i);
      if (i == 0 && expression instanceof Call && child instanceof Access.Attribute method) {
        note(method);
        child = method.object;
      }
      boolean guarded = i == 0 && allowsUndefined(expression);
      bind(child, symbols, from, softer, List.of(), guarded);
    }
    if (expression instanceof Call call && call.callee instanceof Name function) {
      refuse(call, "function", function.name, symbols);
    } else if (expression instanceof Filtered filtered) {
      filtered.check(settings, soft);
    } else if (expression instanceof Tested tested) {
      tested.check(settings, soft);
    }
  }

  private void note(Access.Attribute attribute) {
    if (HiddenNames.contains("", attribute.name)) {
      forbidden.add(new ForbiddenUse(attribute.name, attribute.line, attribute.column));
    }
  }

  private static boolean allowsUndefined(Expression expression) {
    return (expression instanceof Filtered filtered
            && filtered.hasInput()
            && (filtered.name.equals("default") || filtered.name.equals("d")))
        || (expression instanceof Tested tested
            && (tested.name.equals("defined") || tested.name.equals("undefined")));
  }

  private void refuse(Expression at, String what, String name, Symbols symbols) {
    if (name.equals("lipsum") && symbols.isFree(name) && !symbols.isStored(name)) {
      throw new JinjaException(
          Kind.UNSUPPORTED,
          "the " + what + " " + name + " is left out: its result is random",
          "",
          at.line,
          at.column);
    }
  }

  private static List<String> prepended(String first, List<String> rest) {
    List<String> path = new ArrayList<>(List.of(first));
    path.addAll(rest);
    return path;
  }
}
