package dev.espalier.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A macro with the variables around it.
 *
 * @param name null for the body of a call block
 */
record Macro(String name, MacroBody body, Frame definition) implements Function {
  @Override
  public Object call(Rendering rendering, Arguments arguments) {
    List<Object> positional = arguments.positional();
    Map<String, Object> named = new LinkedHashMap<>(arguments.named());
    int count = body.parameters.size();
    List<Object> values =
        new ArrayList<>(positional.subList(0, Math.min(count, positional.size())));
    boolean foundCaller = false;
    if (values.size() < count) {
      for (Name parameter : body.parameters.subList(values.size(), count)) {
        boolean given = named.containsKey(parameter.name);
        values.add(given ? named.remove(parameter.name) : Frame.MISSING);
        foundCaller |= parameter.name.equals("caller");
      }
    } else {
      foundCaller = body.parameters.stream().anyMatch(p -> p.name.equals("caller"));
    }
    Object caller = null;
    if (body.usesCaller() && !foundCaller) {
      caller = named.remove("caller");
      if (caller == null) {
        caller = rendering.undefined("caller", "there is no caller");
      }
    }
    if (!body.takesNamed() && !named.isEmpty()) {
      throw new JinjaException(
          described() + " takes no argument " + named.keySet().iterator().next());
    }
    if (!body.takesRest() && positional.size() > count) {
      throw new JinjaException(described() + " takes at most " + count + " arguments");
    }
    Dict rest = new Dict();
    named.forEach(rest::put);
    Tuple more =
        new Tuple(
            new ArrayList<>(
                positional.subList(Math.min(count, positional.size()), positional.size())));
    rendering.enter();
    String text = body.render(values, caller, rest, more, rendering, definition);
    rendering.leave();
    return text;
  }

  List<String> parameterNames() {
    return body.parameters.stream().map(parameter -> parameter.name).toList();
  }

  private String described() {
    return name == null ? "the call block" : "the macro " + name;
  }
}
