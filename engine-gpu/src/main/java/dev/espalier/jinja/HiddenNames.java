package dev.espalier.jinja;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The names with two underlines that Python's values have beside their methods. No template sees
 * what is behind them; other names like these are only undefined.
 */
final class HiddenNames {
  private static final Map<String, Set<String>> BY_TYPE = new HashMap<>();
  private static final Set<String> OF_ALL = new HashSet<>();

  static {
    add(
        OF_ALL,
        "class delattr dir doc eq format ge getattribute getstate gt hash init "
            + "init_subclass le lt ne new reduce reduce_ex repr setattr sizeof str "
            + "subclasshook");
    add("str", "add contains getitem getnewargs iter len mod mul rmod rmul");
    add(
        "Markup",
        "add contains getitem getnewargs html html_format iter len mod module "
            + "mul radd rmod rmul slots");
    add(
        "list",
        "add class_getitem contains delitem getitem iadd imul iter len mul "
            + "reversed rmul setitem");
    add("tuple", "add class_getitem contains getitem getnewargs iter len mul rmul");
    add("dict", "class_getitem contains delitem getitem ior iter len or reversed ror " + "setitem");
    add("range", "bool contains getitem iter len reversed");
    add(
        "int",
        "abs add and bool ceil divmod float floor floordiv getnewargs index int "
            + "invert lshift mod mul neg or pos pow radd rand rdivmod rfloordiv "
            + "rlshift rmod rmul ror round rpow rrshift rshift rsub rtruediv rxor sub "
            + "truediv trunc xor");
    add(
        "bool",
        "abs add and bool ceil divmod float floor floordiv getnewargs index int "
            + "invert lshift mod mul neg or pos pow radd rand rdivmod rfloordiv "
            + "rlshift rmod rmul ror round rpow rrshift rshift rsub rtruediv rxor sub "
            + "truediv trunc xor");
    add(
        "float",
        "abs add bool ceil divmod float floor floordiv getformat getnewargs int "
            + "mod mul neg pos pow radd rdivmod rfloordiv rmod rmul round rpow rsub "
            + "rtruediv sub truediv trunc");
    add("NoneType", "bool");
    add("dict_keys", "and contains iter len or rand reversed ror rsub rxor sub xor");
    add("dict_values", "iter len reversed");
    add("dict_items", "and contains iter len or rand reversed ror rsub rxor sub xor");
    add("generator", "del iter name next qualname");
    add("list_reverseiterator", "iter length_hint next setstate");
    add(
        "function",
        "annotations builtins call closure code defaults dict get globals "
            + "kwdefaults module name qualname");
  }

  private HiddenNames() {}

  private static void add(String type, String names) {
    add(BY_TYPE.computeIfAbsent(type, key -> new HashSet<>()), names);
  }

  private static void add(Set<String> all, String names) {
    for (String name : names.split(" ", 0)) {
      all.add("__" + name + "__");
    }
  }

  /** Whether a value of this type, by Python's name of it, has such a name. */
  static boolean contains(String type, String name) {
    return name.startsWith("__")
        && (OF_ALL.contains(name) || BY_TYPE.getOrDefault(type, Set.of()).contains(name));
  }
}
