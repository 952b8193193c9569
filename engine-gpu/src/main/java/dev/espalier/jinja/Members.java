package dev.espalier.jinja;

import dev.espalier.jinja.JinjaException.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What Python's values have under a name: methods and attributes, as far as Jinja2's immutable
 * sandbox lets templates see them.
 */
final class Members {
  private static final Map<String, Method> DICT = new HashMap<>();
  private static final Map<String, Method> LIST = new HashMap<>();
  private static final Map<String, Method> TUPLE = new HashMap<>();

  /** What would change a value, by the name of its type. */
  private static final Map<String, Set<String>> MUTATING =
      Map.of(
          "dict", Set.of("clear", "pop", "popitem", "setdefault", "update"),
          "list",
              Set.of("append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove"));

  private static final Set<String> HIDDEN_OF_UNDEFINED =
      Set.of(
          "__add__",
          "__aiter__",
          "__bool__",
          "__call__",
          "__complex__",
          "__div__",
          "__float__",
          "__floordiv__",
          "__getattr__",
          "__getitem__",
          "__int__",
          "__iter__",
          "__len__",
          "__mod__",
          "__module__",
          "__mul__",
          "__neg__",
          "__pos__",
          "__pow__",
          "__radd__",
          "__rdiv__",
          "__rfloordiv__",
          "__rmod__",
          "__rmul__",
          "__rpow__",
          "__rsub__",
          "__rtruediv__",
          "__slots__",
          "__sub__",
          "__truediv__");

  static {
    DICT.put("keys", view(View.Kind.KEYS));
    DICT.put("values", view(View.Kind.VALUES));
    DICT.put("items", view(View.Kind.ITEMS));
    DICT.put(
        "get",
        Method.of("/ key default?", (self, g, r) -> ((Dict) self).get(g.get(0), g.get(1, null))));
    DICT.put("copy", Method.of("", (self, g, r) -> copy((Dict) self)));
    DICT.put("fromkeys", Method.of("/ iterable value?", Members::fromKeys));
    LIST.put("copy", Method.of("", (self, g, r) -> Iteration.list(self, r)));
    for (Map<String, Method> methods : List.of(LIST, TUPLE)) {
      methods.put("count", Method.of("/ value", Members::count));
      methods.put("index", Method.of("/ value start? stop?", Members::index));
    }
  }

  private Members() {}

  private static Method view(View.Kind kind) {
    return Method.of("", (self, given, rendering) -> new View(kind, (Dict) self));
  }

  private static Dict copy(Dict dict) {
    Dict copy = new Dict();
    copy.putAll(dict);
    return copy;
  }

  private static Object fromKeys(Object self, Given given, Rendering rendering) {
    Dict dict = new Dict();
    for (Object key : Iteration.list(given.get(0), rendering)) {
      dict.put(key, given.get(1, null));
    }
    return dict;
  }

  private static Object count(Object self, Given given, Rendering rendering) {
    List<?> items = (List<?>) self;
    rendering.items(items.size());
    return items.stream()
        .filter(item -> Comparison.areEqual(item, given.get(0), rendering))
        .count();
  }

  private static Object index(Object self, Given given, Rendering rendering) {
    List<?> items = (List<?>) self;
    long start = given.integer(1, 0);
    long stop = given.integer(2, items.size());
    start = start < 0 ? Math.max(0, start + items.size()) : start;
    stop = stop < 0 ? stop + items.size() : Math.min(stop, items.size());
    for (long i = start; i < stop; i++) {
      rendering.step(1);
      if (Comparison.areEqual(items.get((int) i), given.get(0), rendering)) {
        return i;
      }
    }
    throw new JinjaException("the value is not in the list");
  }

  /** The member of this name; {@link Frame#MISSING} if there is none. */
  static Object find(Object object, String name, String path, Rendering rendering) {
    if (object instanceof Namespace namespace) {
      return name.equals("__class__")
          ? forbidden(name, path, rendering)
          : namespace.attributes().get(name, Frame.MISSING);
    }
    String type = object instanceof Function ? "function" : Types.name(object);
    boolean isHidden = HiddenNames.contains(type, name);
    if (isHidden) {
      return forbidden(name, path, rendering);
    }
    if (name.startsWith("_")) {
      return Frame.MISSING;
    }
    if (MUTATING.getOrDefault(Types.name(object), Set.of()).contains(name)) {
      return forbidden(name, path, rendering);
    }
    if (object instanceof Dict) {
      return bound(DICT, name, object);
    } else if (Types.isList(object)) {
      return bound(LIST, name, object);
    } else if (object instanceof Tuple tuple) {
      return member(tuple, name);
    } else if (Types.isText(object)) {
      return member(object, name);
    } else if (Types.isNumber(object)) {
      return NumberMembers.find(Numbers.plain(object), name);
    }
    return other(object, name);
  }

  /** Of an undefined value only what is forbidden anyway; the rest is an error. */
  static Undefined ofUndefined(Undefined undefined, String name, String path, Rendering rendering) {
    boolean isOwn =
        HIDDEN_OF_UNDEFINED.contains(name) || (name.equals("__contains__") && undefined.isStrict());
    if (HiddenNames.contains("", name) || isOwn) {
      return forbidden(name, path, rendering);
    }
    throw undefined.error();
  }

  private static Undefined forbidden(String name, String path, Rendering rendering) {
    return new Undefined(
        Kind.FORBIDDEN, path, ForbiddenUse.reason(name), rendering.settings.strictUndefined());
  }

  private static Object bound(Map<String, Method> methods, String name, Object self) {
    Method method = methods.get(name);
    return method == null ? Frame.MISSING : method.bound(self);
  }

  private static Object member(Tuple tuple, String name) {
    if (tuple instanceof Tuple.Group group) {
      if (name.equals("grouper")) {
        return group.get(0);
      } else if (name.equals("list")) {
        return group.get(1);
      }
    }
    return bound(TUPLE, name, tuple);
  }

  private static Object member(Object text, String name) {
    if (name.equals("format")) {
      return BraceFormat.format(text);
    } else if (name.equals("format_map")) {
      return BraceFormat.formatMap(text);
    } else if (name.equals("encode") || name.equals("translate") || name.equals("maketrans")) {
      return (Function)
          (rendering, arguments) -> {
            throw new JinjaException("the method " + name + " is left out");
          };
    }
    if (text instanceof Markup markup) {
      Function method = MarkupMethods.find(markup, name);
      return method == null ? Frame.MISSING : method;
    }
    return bound(TextMethods.ALL, name, text);
  }

  private static Object other(Object object, String name) {
    if (object instanceof Range range) {
      return switch (name) {
        case "start" -> range.start;
        case "stop" -> range.stop;
        case "step" -> range.step;
        default -> bound(TUPLE, name, range);
      };
    } else if (object instanceof Loop loop) {
      return loop.attribute(name);
    } else if (object instanceof Cycler cycler) {
      return switch (name) {
        case "current" -> cycler.current();
        case "items" -> new Tuple(cycler.items);
        case "pos" -> cycler.position();
        case "next" -> Method.of("", (self, given, r) -> cycler.next()).bound(cycler);
        case "reset" ->
            Method.of(
                    "",
                    (self, given, r) -> {
                      cycler.reset();
                      return null;
                    })
                .bound(cycler);
        default -> Frame.MISSING;
      };
    } else if (object instanceof Joiner joiner) {
      return switch (name) {
        case "sep" -> joiner.separator();
        case "used" -> joiner.isUsed();
        default -> Frame.MISSING;
      };
    } else if (object instanceof Macro macro) {
      return switch (name) {
        case "name" -> macro.name();
        case "arguments" -> new Tuple(new ArrayList<>(macro.parameterNames()));
        case "catch_kwargs" -> macro.body().takesNamed();
        case "catch_varargs" -> macro.body().takesRest();
        case "caller" -> macro.body().usesCaller();
        default -> Frame.MISSING;
      };
    }
    return Frame.MISSING;
  }

  /** Members of integers and floats. */
  private static final class NumberMembers {
    static Object find(Object number, String name) {
      if (number instanceof Double value) {
        return switch (name) {
          case "real" -> value;
          case "imag" -> 0.0;
          case "conjugate" -> method(value);
          case "is_integer" -> method(value == Math.rint(value) && !Double.isInfinite(value));
          case "as_integer_ratio" ->
              (Function)
                  (r, arguments) -> {
                    Signature.of("").bind(arguments);
                    return ratio(value);
                  };
          default -> Frame.MISSING;
        };
      }
      BigInteger whole = Numbers.big(number);
      return switch (name) {
        case "real", "numerator" -> number;
        case "imag" -> 0L;
        case "denominator" -> 1L;
        case "conjugate" -> method(number);
        case "bit_length" -> method((long) whole.abs().bitLength());
        case "bit_count" -> method((long) whole.abs().bitCount());
        case "as_integer_ratio" -> method(Tuple.of(number, 1L));
        default -> Frame.MISSING;
      };
    }

    private static Function method(Object result) {
      return (rendering, arguments) -> {
        Signature.of("").bind(arguments);
        return result;
      };
    }

    private static Tuple ratio(double value) {
      if (Double.isNaN(value) || Double.isInfinite(value)) {
        throw new JinjaException("the float " + Numbers.text(value) + " is no ratio");
      }
      BigDecimal exact = new BigDecimal(value);
      BigInteger denominator = BigInteger.TEN.pow(Math.max(0, exact.scale()));
      BigInteger numerator = exact.multiply(new BigDecimal(denominator)).toBigIntegerExact();
      BigInteger common = numerator.gcd(denominator);
      return Tuple.of(
          Numbers.whole(numerator.divide(common)), Numbers.whole(denominator.divide(common)));
    }
  }
}
