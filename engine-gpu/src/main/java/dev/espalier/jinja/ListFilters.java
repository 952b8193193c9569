package dev.espalier.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;

/** Filters of lists, mappings and other sequences. */
final class ListFilters {
  private ListFilters() {}

  static void addTo(Map<String, Filters.Filter> all) {
    for (String name : List.of("default", "d")) {
      Filters.add(all, name, "default_value? boolean?", ListFilters::orDefault);
    }
    for (String name : List.of("length", "count")) {
      Filters.add(all, name, "", (v, g, r) -> Iteration.length(v, r));
    }
    Filters.add(all, "list", "", (v, g, r) -> Iteration.list(v, r));
    Filters.add(all, "first", "", (v, g, r) -> first(Iteration.of(v, r), "first", r));
    Filters.add(all, "last", "", (v, g, r) -> first(reversed(v, r), "last", r));
    Filters.add(all, "reverse", "", ListFilters::reverse);
    Filters.add(all, "items", "", ListFilters::items);
    Filters.add(all, "join", "d? attribute?", ListFilters::join);
    Filters.add(all, "attr", "name", ListFilters::attr);
    Filters.add(all, "batch", "linecount fill_with?", ListFilters::batch);
    Filters.add(all, "slice", "slices fill_with?", ListFilters::slice);
    Filters.add(all, "unique", "case_sensitive? attribute?", ListFilters::unique);
    Filters.add(all, "sort", "reverse? case_sensitive? attribute?", ListFilters::sort);
    Filters.add(all, "dictsort", "case_sensitive? by? reverse?", ListFilters::dictSort);
    Filters.add(all, "groupby", "attribute default? case_sensitive?", ListFilters::groupBy);
    Filters.add(all, "sum", "attribute? start?", ListFilters::sum);
    Filters.add(all, "min", "case_sensitive? attribute?", (v, g, r) -> extreme(v, g, false, r));
    Filters.add(all, "max", "case_sensitive? attribute?", (v, g, r) -> extreme(v, g, true, r));
  }

  private static Object orDefault(Object value, Given given, Rendering rendering) {
    boolean isMissing =
        value instanceof Undefined || (given.isTrue(1, rendering) && !Comparison.isTrue(value));
    return isMissing ? given.get(0, "") : value;
  }

  private static Object first(Iterator<Object> items, String which, Rendering rendering) {
    return items.hasNext()
        ? items.next()
        : rendering.undefined("", "there is no " + which + " item: the sequence is empty");
  }

  /** Python's {@code reversed}. */
  private static Iterator<Object> reversed(Object value, Rendering rendering) {
    if (value instanceof Undefined undefined) {
      undefined.requireLenient();
      return Collections.emptyIterator();
    }
    boolean isSequence =
        Types.isText(value)
            || value instanceof List<?>
            || value instanceof Dict
            || value instanceof View;
    if (!isSequence) {
      throw new JinjaException(Types.described(value) + " cannot be read from its end");
    }
    List<Object> items = Iteration.list(value, rendering);
    if (value instanceof Markup) {
      items.replaceAll(character -> new Markup((String) character));
    }
    Collections.reverse(items);
    return items.iterator();
  }

  private static Object reverse(Object value, Given given, Rendering rendering) {
    if (Types.isText(value)) {
      return Access.slice(value, null, null, -1L, rendering);
    }
    if (value instanceof Generator || value instanceof Loop) {
      List<Object> items = Iteration.list(value, rendering);
      Collections.reverse(items);
      return items;
    }
    return new Generator("list_reverseiterator", reversed(value, rendering));
  }

  private static Object items(Object value, Given given, Rendering rendering) {
    if (value instanceof Undefined) {
      return new Generator("generator", Collections.emptyIterator());
    }
    return new Generator(
        "generator",
        new Lazily(
            () -> {
              if (!(value instanceof Dict dict)) {
                throw new JinjaException(Types.described(value) + " is no mapping");
              }
              return dict.items().iterator();
            }));
  }

  /** Items that are first asked for when the first is read. */
  static final class Lazily implements Iterator<Object> {
    private final java.util.function.Supplier<Iterator<Object>> source;
    private Iterator<Object> items;

    Lazily(java.util.function.Supplier<Iterator<Object>> source) {
      this.source = source;
    }

    @Override
    public boolean hasNext() {
      if (items == null) {
        items = source.get();
      }
      return items.hasNext();
    }

    @Override
    public Object next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return items.next();
    }
  }

  private static Object join(Object value, Given given, Rendering rendering) {
    String separator = Repr.text(given.get(0, ""), rendering);
    AttributePath path =
        given.get(1, null) == null ? null : AttributePath.of(given.get(1), rendering);
    List<String> texts = new ArrayList<>();
    Iterator<Object> items = Iteration.of(value, rendering);
    while (items.hasNext()) {
      rendering.step(1);
      Object item = items.next();
      texts.add(Repr.text(path == null ? item : path.of(item), rendering));
    }
    return TextMethods.joined(separator, texts, rendering);
  }

  private static Object attr(Object value, Given given, Rendering rendering) {
    Object name = given.get(0);
    if (!Types.isText(name)) {
      throw new JinjaException("the name of an attribute is a text");
    }
    if (value instanceof Undefined undefined) {
      return Members.ofUndefined(undefined, Types.text(name), "", rendering);
    }
    Object found = Members.find(value, Types.text(name), "", rendering);
    return found == Frame.MISSING
        ? rendering.undefined(
            "", Types.described(value) + " has no attribute '" + Types.text(name) + "'")
        : found;
  }

  private static Object batch(Object value, Given given, Rendering rendering) {
    Object count = given.get(0);
    Object fill = given.get(1, null);
    Iterator<Object> batches =
        new Lazily(
            () -> {
              List<Object> all = new ArrayList<>();
              ArrayList<Object> batch = new ArrayList<>();
              for (Object item : Iteration.list(value, rendering)) {
                if (Comparison.areEqual((long) batch.size(), count, rendering)) {
                  all.add(batch);
                  batch = new ArrayList<>();
                }
                batch.add(item);
              }
              if (!batch.isEmpty()) {
                if (fill != null && Comparison.isLess((long) batch.size(), count, rendering)) {
                  long missing = Numbers.index(count) - batch.size();
                  rendering.items(missing);
                  batch.addAll(Collections.nCopies((int) missing, fill));
                }
                all.add(batch);
              }
              return all.iterator();
            });
    return new Generator("generator", batches);
  }

  private static Object slice(Object value, Given given, Rendering rendering) {
    Object fill = given.get(1, null);
    Iterator<Object> slices =
        new Lazily(
            () -> {
              List<Object> items = Iteration.list(value, rendering);
              if (!Types.isWhole(given.get(0))) {
                throw new JinjaException("the number of slices is no integer");
              }
              long count = Numbers.index(given.get(0));
              if (count == 0) {
                throw new JinjaException("division by zero");
              }
              rendering.items(Math.max(0, count));
              long each = Math.floorDiv(items.size(), count);
              long more = Math.floorMod(items.size(), count);
              List<Object> all = new ArrayList<>();
              int offset = 0;
              for (long i = 0; i < count; i++) {
                int start = (int) (offset + i * each);
                offset += i < more ? 1 : 0;
                int end = (int) (offset + (i + 1) * each);
                ArrayList<Object> slice = new ArrayList<>(items.subList(start, end));
                if (fill != null && i >= more) {
                  slice.add(fill);
                }
                all.add(slice);
              }
              return all.iterator();
            });
    return new Generator("generator", slices);
  }

  private static Object lowered(Object key, boolean caseSensitive) {
    if (caseSensitive || !Types.isText(key)) {
      return key;
    }
    String lower = CaseMapping.lower(Types.text(key));
    return key instanceof Markup ? new Markup(lower) : lower;
  }

  private static Object unique(Object value, Given given, Rendering rendering) {
    boolean caseSensitive = given.isTrue(0, rendering);
    AttributePath path = AttributePath.of(given.get(1, null), rendering);
    Set<Object> seen = new HashSet<>();
    Iterator<Object> all = new Lazily(() -> Iteration.of(value, rendering));
    return new Generator(
        "generator",
        new Selections.Kept(
            all, item -> seen.add(Dict.hashed(lowered(path.of(item), caseSensitive))), rendering));
  }

  private static Object sort(Object value, Given given, Rendering rendering) {
    boolean caseSensitive = given.isTrue(1, rendering);
    List<AttributePath> paths = AttributePath.several(given.get(2, null), rendering);
    return Sorting.sorted(
        Iteration.list(value, rendering),
        item -> {
          ArrayList<Object> key = new ArrayList<>();
          paths.forEach(path -> key.add(lowered(path.of(item), caseSensitive)));
          return key;
        },
        given.isTrue(0, rendering),
        rendering);
  }

  private static Object dictSort(Object value, Given given, Rendering rendering) {
    Object by = given.get(1, "key");
    boolean byValue = Types.isText(by) && Types.text(by).equals("value");
    if (!byValue && !(Types.isText(by) && Types.text(by).equals("key"))) {
      throw new JinjaException("a mapping is sorted by key or value");
    }
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (!(value instanceof Dict dict)) {
      throw new JinjaException(Types.described(value) + " is no mapping");
    }
    boolean caseSensitive = given.isTrue(0, rendering);
    return Sorting.sorted(
        dict.items(),
        item -> lowered(((Tuple) item).get(byValue ? 1 : 0), caseSensitive),
        given.isTrue(2, rendering),
        rendering);
  }

  private static Object groupBy(Object value, Given given, Rendering rendering) {
    boolean caseSensitive = given.isTrue(2, rendering);
    AttributePath path = AttributePath.of(given.get(0), rendering, given.get(1, null));
    List<Object> sorted =
        Sorting.sorted(
            Iteration.list(value, rendering),
            item -> lowered(path.of(item), caseSensitive),
            false,
            rendering);
    ArrayList<Object> groups = new ArrayList<>();
    Object last = null;
    ArrayList<Object> group = null;
    for (Object item : sorted) {
      Object key = lowered(path.of(item), caseSensitive);
      if (group == null || !(last == key || Comparison.areEqual(last, key, rendering))) {
        group = new ArrayList<>();
        groups.add(new Tuple.Group(path.of(item), group));
        last = key;
      }
      group.add(item);
    }
    return groups;
  }

  private static Object sum(Object value, Given given, Rendering rendering) {
    AttributePath path =
        given.get(0, null) == null ? null : AttributePath.of(given.get(0), rendering);
    Object sum = given.get(1, 0L);
    Iterator<Object> items = Iteration.of(value, rendering);
    if (Types.isText(sum)) {
      throw new JinjaException("texts are joined, not summed up");
    }
    while (items.hasNext()) {
      rendering.step(1);
      Object item = items.next();
      sum = Arithmetic.apply("+", sum, path == null ? item : path.of(item), rendering);
    }
    return sum;
  }

  private static Object extreme(Object value, Given given, boolean isMax, Rendering rendering) {
    boolean caseSensitive = given.isTrue(0, rendering);
    Iterator<Object> items = Iteration.of(value, rendering);
    if (!items.hasNext()) {
      return rendering.undefined("", "there is no item to choose: the sequence is empty");
    }
    AttributePath path = AttributePath.of(given.get(1, null), rendering);
    Object extreme = items.next();
    Object extremeKey = lowered(path.of(extreme), caseSensitive);
    while (items.hasNext()) {
      rendering.step(1);
      Object item = items.next();
      Object key = lowered(path.of(item), caseSensitive);
      if (Comparison.holds(isMax ? ">" : "<", key, extremeKey, rendering)) {
        extreme = item;
        extremeKey = key;
      }
    }
    return extreme;
  }
}
