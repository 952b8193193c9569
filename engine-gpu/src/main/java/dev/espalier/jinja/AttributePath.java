package dev.espalier.jinja;

import java.util.ArrayList;
import java.util.List;

/** The argument {@code attribute} of a filter: names and indices with dots between. */
final class AttributePath {
  private final List<Object> keys;
  private final Object otherwise;
  private final Rendering rendering;

  private AttributePath(List<Object> keys, Object otherwise, Rendering rendering) {
    this.keys = keys;
    this.otherwise = otherwise;
    this.rendering = rendering;
  }

  static AttributePath of(Object attribute, Rendering rendering) {
    return of(attribute, rendering, null);
  }

  /**
   * @param attribute null for the item itself
   * @param otherwise what is taken for what is undefined, unless it is null
   */
  static AttributePath of(Object attribute, Rendering rendering, Object otherwise) {
    List<Object> keys = new ArrayList<>();
    if (Types.isText(attribute)) {
      for (String part : Types.text(attribute).split("\\.", -1)) {
        boolean isIndex = CharacterKinds.all(part, CharacterKinds::isDigit);
        Object index = isIndex ? Numbers.parseWhole(part, 10) : null;
        if (isIndex && index == null) {
          throw new JinjaException("'" + part + "' is no index");
        }
        keys.add(isIndex ? index : part);
      }
    } else if (attribute != null) {
      keys.add(attribute);
    }
    return new AttributePath(keys, otherwise, rendering);
  }

  /** Several with commas between. */
  static List<AttributePath> several(Object attribute, Rendering rendering) {
    List<AttributePath> paths = new ArrayList<>();
    if (Types.isText(attribute)) {
      for (String part : Types.text(attribute).split(",", -1)) {
        paths.add(of(part, rendering));
      }
    } else {
      paths.add(of(attribute, rendering));
    }
    return paths;
  }

  Object of(Object item) {
    Object value = item;
    for (Object key : keys) {
      rendering.step(1);
      value = Access.item(value, key, "", rendering);
      if (otherwise != null && value instanceof Undefined) {
        value = otherwise;
      }
    }
    return value;
  }
}
