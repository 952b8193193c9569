package dev.espalier.jinja;

import java.util.ArrayList;
import java.util.List;

/** Attributes, items and slices of values. */
final class Access {
  private Access() {}

  /** {@code object.name}. */
  static final class Attribute extends Expression {
    final Expression object;
    final String name;

    Attribute(Token at, Expression object, String name) {
      super(at, List.of(object));
      this.object = object;
      this.name = name;
    }

    @Override
    String path() {
      return extended(object.path(), name);
    }

    @Override
    Object evaluate(Rendering rendering, Frame frame) {
      return attribute(object.value(rendering, frame), name, path(), rendering);
    }
  }

  /** {@code object[key]}. */
  static final class Item extends Expression {
    final Expression object;
    final Expression key;

    Item(Token at, Expression object, Expression key) {
      super(at, List.of(object, key));
      this.object = object;
      this.key = key;
    }

    @Override
    String path() {
      if (!(key instanceof Literals.Constant constant) || object.path().isEmpty()) {
        return "";
      }
      return constant.value instanceof String name
          ? extended(object.path(), name)
          : object.path() + "[" + constant.value + "]";
    }

    @Override
    Object evaluate(Rendering rendering, Frame frame) {
      Object value = object.value(rendering, frame);
      return item(value, key.value(rendering, frame), path(), rendering);
    }
  }

  /** {@code object[from:to:step]}, each of which may be null. */
  static final class Slice extends Expression {
    private final Expression object;
    private final Expression from;
    private final Expression to;
    private final Expression step;

    Slice(Token at, Expression object, Expression from, Expression to, Expression step) {
      super(at, java.util.Arrays.asList(object, from, to, step));
      this.object = object;
      this.from = from;
      this.to = to;
      this.step = step;
    }

    @Override
    Object evaluate(Rendering rendering, Frame frame) {
      return slice(
          object.value(rendering, frame),
          bound(from, rendering, frame),
          bound(to, rendering, frame),
          bound(step, rendering, frame),
          rendering);
    }

    private static Object bound(Expression bound, Rendering rendering, Frame frame) {
      return bound == null ? null : bound.value(rendering, frame);
    }
  }

  private static String extended(String path, String name) {
    return path.isEmpty() ? "" : path + "." + name;
  }

  /** What Python's object has under this name, or else the item under it. */
  static Object attribute(Object object, String name, String path, Rendering rendering) {
    if (object instanceof Undefined undefined) {
      return Members.ofUndefined(undefined, name, path, rendering);
    }
    Object found = Members.find(object, name, path, rendering);
    if (found == Frame.MISSING && object instanceof Dict dict) {
      found = dict.get(name, Frame.MISSING);
    }
    return found == Frame.MISSING ? missing(object, name, path, rendering) : found;
  }

  /** The item under the key, or else what Python's object has under this name. */
  static Object item(Object object, Object key, String path, Rendering rendering) {
    if (object instanceof Undefined undefined) {
      throw undefined.error();
    }
    Object found = Frame.MISSING;
    if (object instanceof Dict dict && isHashable(key)) {
      found = dict.get(key, Frame.MISSING);
    } else if (Types.isWhole(key) && (object instanceof List<?> || Types.isText(object))) {
      found = at(object, Numbers.index(key), rendering);
    }
    if (found == Frame.MISSING && Types.isText(key)) {
      found = Members.find(object, Types.text(key), path, rendering);
    }
    return found == Frame.MISSING
        ? missing(object, Types.isText(key) ? Types.text(key) : key, path, rendering)
        : found;
  }

  private static boolean isHashable(Object key) {
    return !Types.isList(key) && !(key instanceof Dict) && !(key instanceof View);
  }

  private static Object at(Object object, long index, Rendering rendering) {
    long length = Iteration.length(object, rendering);
    long at = index < 0 ? index + length : index;
    if (at < 0 || at >= length) {
      return Frame.MISSING;
    }
    if (object instanceof List<?> list) {
      return list.get((int) at);
    }
    String text = Types.text(object);
    int start = text.offsetByCodePoints(0, (int) at);
    String character = text.substring(start, text.offsetByCodePoints(start, 1));
    return object instanceof Markup ? new Markup(character) : character;
  }

  private static Undefined missing(Object object, Object name, String path, Rendering rendering) {
    String what = name instanceof String text ? "'" + text + "'" : Types.described(name);
    if (Types.isWhole(name)) {
      what = Numbers.plain(name).toString();
    }
    String reason =
        path.isEmpty()
            ? Types.described(object) + " has no " + what
            : "'" + path + "' is undefined: " + Types.described(object) + " has no " + what;
    return rendering.undefined(path, reason);
  }

  /** {@code object[from:to:step]}, with Python's defaults where a bound is null. */
  static Object slice(Object object, Object from, Object to, Object step, Rendering rendering) {
    if (object instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (!(object instanceof List<?>) && !Types.isText(object)) {
      throw new JinjaException(Types.described(object) + " cannot be sliced");
    }
    long length = Iteration.length(object, rendering);
    long stride = step == null ? 1 : Numbers.index(step);
    if (stride == 0) {
      throw new JinjaException("a slice cannot have the step 0");
    }
    long lowest = stride > 0 ? 0 : -1;
    long highest = stride > 0 ? length : length - 1;
    long start = bound(from, stride > 0 ? lowest : highest, length, lowest, highest);
    long end = bound(to, stride > 0 ? highest : lowest, length, lowest, highest);
    long distance = stride > 0 ? end - start : start - end;
    long count = distance <= 0 ? 0 : (distance - 1) / Math.abs(stride) + 1;
    if (object instanceof Range range) {
      return new Range(
          range.start + start * range.step,
          range.start + end * range.step,
          range.step * stride,
          (int) count);
    }
    if (Types.isText(object)) {
      String part = part(Types.text(object), start, stride, count, rendering);
      return object instanceof Markup ? new Markup(part) : part;
    }
    rendering.items(count);
    List<?> list = (List<?>) object;
    ArrayList<Object> part = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      part.add(list.get((int) (start + i * stride)));
    }
    return object instanceof Tuple ? new Tuple(part) : part;
  }

  private static long bound(Object bound, long otherwise, long length, long lowest, long highest) {
    if (bound == null) {
      return otherwise;
    }
    long at = Numbers.index(bound);
    return Math.max(lowest, Math.min(highest, at < 0 ? at + length : at));
  }

  private static String part(
      String text, long start, long stride, long count, Rendering rendering) {
    rendering.characters(text.length());
    if (count == 0) {
      return "";
    }
    if (stride == 1) {
      int from = text.offsetByCodePoints(0, (int) start);
      return text.substring(from, text.offsetByCodePoints(from, (int) count));
    }
    rendering.step(text.length() / 8);
    int[] characters = text.codePoints().toArray();
    StringBuilder part = new StringBuilder();
    for (long i = 0; i < count; i++) {
      part.appendCodePoint(characters[(int) (start + i * stride)]);
    }
    return part.toString();
  }
}
