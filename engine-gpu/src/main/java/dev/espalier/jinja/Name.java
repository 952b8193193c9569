package dev.espalier.jinja;

import java.util.List;

/** A name, read or assigned to. The binder says where its variable lies. */
final class Name extends Expression {
  enum Use {
    LOAD,
    STORE,
    PARAMETER
  }

  final String name;
  private Use use = Use.LOAD;
  private int hops = -1;
  private int index;

  Name(Token at) {
    super(at, List.of());
    this.name = at.text();
  }

  Use use() {
    return use;
  }

  @Override
  void use(Use use) {
    this.use = use;
  }

  void bind(Slots.Place place) {
    hops = place.hops();
    index = place.index();
  }

  @Override
  String path() {
    return name;
  }

  @Override
  Object evaluate(Rendering rendering, Frame frame) {
    Object[] variables = frame.up(hops).variables;
    Object value = variables[index];
    if (value instanceof Frame.Free free) {
      value = rendering.resolve(free.name());
      variables[index] = value;
    }
    return value == Frame.MISSING ? rendering.undefined(name) : value;
  }

  @Override
  boolean isTarget() {
    return true;
  }

  @Override
  void assign(Rendering rendering, Frame frame, Object value) {
    frame.up(hops).variables[index] = value;
  }
}
