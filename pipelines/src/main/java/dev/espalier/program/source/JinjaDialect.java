package dev.espalier.program.source;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.Context.Library;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.Importable;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import com.hubspot.jinjava.lib.filter.DefaultFilter;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.tree.Node;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The Jinja of program files: what depends on the clock, on chance, or on anything but the row and
 * the values is not in it, values are never read as templates, and nothing is escaped.
 */
final class JinjaDialect {
  static final Set<String> TAGS = Set.of("if", "elif", "else", "for", "set", "macro", "raw");
  static final Set<String> FUNCTIONS = Set.of("range", "namespace");
  static final Set<String> FILTERS =
      new TreeSet<>(
          Set.of(
              "abs",
              "attr",
              "batch",
              "bool",
              "capitalize",
              "center",
              "count",
              "d",
              "default",
              "dictsort",
              "difference",
              "first",
              "float",
              "format",
              "fromjson",
              "groupby",
              "indent",
              "int",
              "intersect",
              "join",
              "last",
              "length",
              "list",
              "lower",
              "map",
              "regex_replace",
              "reject",
              "rejectattr",
              "replace",
              "reverse",
              "round",
              "select",
              "selectattr",
              "slice",
              "sort",
              "split",
              "string",
              "sum",
              "title",
              "tojson",
              "trim",
              "truncate",
              "union",
              "unique",
              "upper",
              "wordcount",
              "wordwrap"));

  private static final Jinjava JINJAVA = jinjava(true);
  private static final Jinjava UNTRIMMED = jinjava(false);
  static final Set<String> TESTS = names(JINJAVA.getGlobalContext().getAllExpTests());

  private JinjaDialect() {}

  private static Jinjava jinjava(boolean trimBlocks) {
    Context all = new Jinjava().getGlobalContext();
    Map<Library, Set<String>> disabled = new EnumMap<>(Library.class);
    disabled.put(Library.FILTER, without(names(all.getAllFilters()), FILTERS));
    disabled.put(Library.FUNCTION, without(names(all.getAllFunctions()), FUNCTIONS));
    Set<String> tags = without(names(all.getAllTags()), TAGS);
    disabled.put(Library.TAG, tags);
    Jinjava jinjava =
        new Jinjava(
            JinjavaConfig.newBuilder()
                .withDisabled(disabled)
                .withNestedInterpretationEnabled(false)
                .withTrimBlocks(trimBlocks)
                .withLocale(Locale.ROOT)
                .withLegacyOverrides(
                    LegacyOverrides.newBuilder()
                        .withEvaluateMapKeys(true)
                        .withIterateOverMapKeys(true)
                        .withUsePyishObjectMapper(true)
                        .withUseNaturalOperatorPrecedence(true)
                        .withParseWhitespaceControlStrictly(true)
                        .withAllowAdjacentTextNodes(true)
                        .withUseTrimmingForNotesAndExpressions(true)
                        .withKeepNullableLoopValues(true)
                        .build())
                .build());
    Context context = jinjava.getGlobalContext();
    context.registerExpTest(new DefinednessTest("defined", value -> !isUndefined(value)));
    context.registerExpTest(new DefinednessTest("undefined", JinjaDialect::isUndefined));
    context.registerExpTest(new DefinednessTest("none", JinjaDialect::isUndefined));
    context.registerFilter(new DefaultOfUndefined("default", new DefaultFilter()));
    context.registerFilter(new DefaultOfUndefined("d", new DefaultFilter()));
    return jinjava;
  }

  private static Set<String> names(Collection<? extends Importable> library) {
    return library.stream().map(Importable::getName).collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> without(Set<String> all, Set<String> allowed) {
    Set<String> rest = new HashSet<>(all);
    rest.removeAll(allowed);
    return rest;
  }

  private static boolean isUndefined(Object value) {
    return value == null || value instanceof Undefined;
  }

  /** A fresh interpreter in which {@code names} are defined. */
  static JinjavaInterpreter interpreter(Names names) {
    return interpreter(JINJAVA, names);
  }

  /** An interpreter to parse with: it keeps the line breaks behind blocks. */
  static JinjavaInterpreter untrimmedInterpreter() {
    return interpreter(UNTRIMMED, name -> null);
  }

  private static JinjavaInterpreter interpreter(Jinjava jinjava, Names names) {
    Context context = new Context(jinjava.getGlobalContext(), Map.of());
    context.setDynamicVariableResolver(names::get);
    return new JinjavaInterpreter(jinjava, context, jinjava.getGlobalConfig());
  }

  /** A template to render again and again. */
  static Node parse(String source) {
    JinjavaInterpreter interpreter = interpreter(name -> null);
    JinjavaInterpreter.pushCurrent(interpreter);
    try {
      return interpreter.parse(source);
    } finally {
      JinjavaInterpreter.popCurrent();
    }
  }

  /** A test that may be asked of what is undefined. */
  private record DefinednessTest(String name, Predicate<Object> predicate) implements ExpTest {
    @Override
    public String getName() {
      return name;
    }

    @Override
    public boolean evaluate(Object value, JinjavaInterpreter interpreter, Object... args) {
      return predicate.test(value);
    }
  }

  /** {@code default}, which takes what is undefined for missing. */
  private record DefaultOfUndefined(String name, DefaultFilter filter) implements Filter {
    @Override
    public String getName() {
      return name;
    }

    @Override
    public Object filter(
        Object value, JinjavaInterpreter interpreter, Object[] args, Map<String, Object> kwargs) {
      return filter.filter(isUndefined(value) ? null : value, interpreter, args, kwargs);
    }

    @Override
    public Object filter(Object value, JinjavaInterpreter interpreter, String... args) {
      return filter(value, interpreter, args, Map.of());
    }
  }
}
