package dev.espalier.yaml;

import dev.espalier.yaml.YamlScalar.Style;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.parser.ParserImpl;

/**
 * Makes the tree of one document from the events of the parser, counting as it goes. Used once.
 * Recursive, as deep as the limits allow.
 */
final class Composer {
  private static final String MERGE = "<<";
  private static final Set<String> COLLECTION_TAGS =
      Set.of(CoreSchema.PREFIX + "seq", CoreSchema.PREFIX + "map");

  /** Ends the reading: the text has no tree, or a larger one than allowed. */
  static final class RefusedException extends RuntimeException {
    private final transient YamlProblem problem;

    RefusedException(YamlPlace place, String message, String remedy) {
      super(message, null, false, false);
      this.problem = new YamlProblem(place, message, remedy);
    }

    YamlProblem problem() {
      return problem;
    }
  }

  /**
   * A node, and what it is when all aliases are written out.
   *
   * @param nodes in it, with itself
   * @param height levels in it, 1 for a scalar
   */
  private record Composed(YamlNode node, int nodes, int height) {}

  private final String source;
  private final SourceLines lines;
  private final YamlSchema schema;
  private final YamlLimits limits;
  private final ParserImpl events;
  private final List<YamlProblem> problems = new ArrayList<>();
  private final List<YamlProblem> warnings = new ArrayList<>();

  /** By name; null while the node is not at its end. */
  private final Map<String, Composed> anchors = new HashMap<>();

  private int nodes;

  Composer(String source, String text, YamlSchema schema, YamlLimits limits, ParserImpl events) {
    this.source = source;
    this.lines = new SourceLines(text);
    this.schema = schema;
    this.limits = limits;
    this.events = events;
  }

  YamlDocument document() {
    events.next();
    YamlNode root = YamlScalar.of("", new YamlPlace(source, 1, 1));
    if (events.checkEvent(Event.ID.DocumentStart)) {
      checkVersion((DocumentStartEvent) events.next());
      root = node(1).node();
      events.next();
    }
    if (events.checkEvent(Event.ID.DocumentStart)) {
      problem(
          place(events.peekEvent()),
          "a second document begins here",
          "remove the line of ---, or put what follows into a file of its own");
    }
    problems.sort((a, b) -> a.place().compareTo(b.place()));
    return new YamlDocument(Optional.of(root), problems, warnings);
  }

  private void checkVersion(DocumentStartEvent start) {
    start
        .getSpecVersion()
        .map(version -> version.getMajor() + "." + version.getMinor())
        .filter(version -> !schema.reads(version))
        .ifPresent(
            version ->
                problem(
                    place(start),
                    "the text says %YAML " + version + ", but is read as " + schema.version(),
                    "remove the line"
                        + (schema == YamlSchema.CORE
                            ? "; no, on, yes and dates are texts here"
                            : "")));
  }

  private Composed node(int depth) {
    NodeEvent event = (NodeEvent) events.next();
    YamlPlace place = place(event);
    if (event instanceof AliasEvent alias) {
      return alias(alias.getAlias().getValue(), place, depth);
    }
    if (depth > limits.depth()) {
      throw tooDeep(place);
    }
    count(1, place);
    String anchor = event.getAnchor().map(Anchor::getValue).orElse(null);
    if (anchor != null) {
      anchors.put(anchor, null);
    }
    Composed composed;
    if (event instanceof ScalarEvent scalar) {
      composed = new Composed(scalar(scalar, place), 1, 1);
    } else if (event instanceof MappingStartEvent) {
      composed = mapping((CollectionStartEvent) event, place, depth);
    } else {
      composed = sequence((CollectionStartEvent) event, place, depth);
    }
    if (anchor != null) {
      anchors.put(anchor, composed);
    }
    return composed;
  }

  private Composed alias(String name, YamlPlace place, int depth) {
    Composed known = anchors.get(name);
    if (known == null) {
      boolean isOpen = anchors.containsKey(name);
      throw new RefusedException(
          place,
          isOpen
              ? "`*" + name + "` stands inside of what `&" + name + "` names, which has no end so"
              : "`*" + name + "` names nothing above it",
          isOpen
              ? "write out what is meant; put quotes around a text that begins with *"
              : "write `&"
                  + name
                  + "` before what it names; put quotes around a text that begins"
                  + " with *");
    }
    if (depth + known.height() - 1 > limits.depth()) {
      throw tooDeep(place);
    }
    count(known.nodes(), place);
    return known;
  }

  private void count(int more, YamlPlace place) {
    if (more > limits.nodes() - nodes) {
      throw new RefusedException(
          place,
          "with its aliases written out, the text has more than " + limits.nodes() + " values",
          "use fewer aliases, or move data to files of rows");
    }
    nodes += more;
  }

  private RefusedException tooDeep(YamlPlace place) {
    return new RefusedException(
        place,
        "lists and mappings are more than " + limits.depth() + " deep in each other",
        "write them flatter");
  }

  private Composed sequence(CollectionStartEvent start, YamlPlace place, int depth) {
    List<YamlNode> items = new ArrayList<>();
    int size = 1;
    int height = 1;
    while (!events.checkEvent(Event.ID.SequenceEnd)) {
      Composed item = node(depth + 1);
      items.add(item.node());
      size += item.nodes();
      height = Math.max(height, 1 + item.height());
    }
    events.next();
    return new Composed(
        new YamlSequence(items, collectionTag(start, "seq", place), place), size, height);
  }

  private Composed mapping(CollectionStartEvent start, YamlPlace place, int depth) {
    Map<String, YamlMapping.Entry> own = new LinkedHashMap<>();
    Map<String, YamlMapping.Entry> merged = new LinkedHashMap<>();
    int size = 1;
    int height = 1;
    while (!events.checkEvent(Event.ID.MappingEnd)) {
      boolean isMerge = isMerge(events.peekEvent());
      Composed key = node(depth + 1);
      Composed value = node(depth + 1);
      size += key.nodes() + value.nodes();
      height = Math.max(height, 1 + Math.max(key.height(), value.height()));
      if (isMerge) {
        merge(value.node(), key.node().place(), merged);
      } else if (key.node() instanceof YamlScalar name && isKey(name)) {
        put(own, name, value.node());
      } else {
        refuseKey(key.node());
      }
    }
    events.next();
    // Merged entries are in this mapping and under its merge key: both were counted.
    merged.forEach(own::putIfAbsent);
    Map<String, YamlMapping.Entry> all = new LinkedHashMap<>();
    merged.keySet().forEach(name -> all.put(name, own.get(name)));
    own.forEach(all::putIfAbsent);
    Optional<String> tag = collectionTag(start, "map", place);
    return new Composed(new YamlMapping(all, tag, place), size, height);
  }

  private static boolean isMerge(Event key) {
    return key instanceof ScalarEvent scalar && scalar.isPlain() && scalar.getValue().equals(MERGE);
  }

  private void merge(YamlNode value, YamlPlace at, Map<String, YamlMapping.Entry> merged) {
    List<YamlNode> from = value instanceof YamlSequence list ? list.items() : List.of(value);
    for (YamlNode item : from) {
      if (item instanceof YamlMapping mapping) {
        mapping.entries().forEach(merged::putIfAbsent);
      } else {
        problem(
            at,
            "`<<` takes over the fields of a mapping, but this is " + item.kind(),
            "write `<<: *name`, with `&name` before a mapping");
      }
    }
  }

  private static boolean isKey(YamlScalar key) {
    return !key.text().isEmpty() || key.style() != Style.PLAIN;
  }

  private void refuseKey(YamlNode key) {
    boolean isScalar = key instanceof YamlScalar;
    problem(
        key.place(),
        isScalar ? "a key is empty" : "a key is " + key.kind(),
        isScalar
            ? "write `name: value`"
            : "write `name: value`; put quotes around a text that begins with {, { { or [");
  }

  private void put(Map<String, YamlMapping.Entry> own, YamlScalar key, YamlNode value) {
    YamlMapping.Entry former = own.get(key.text());
    if (former == null) {
      own.put(key.text(), new YamlMapping.Entry(key, value));
      return;
    }
    String message =
        "`" + key.text() + "` is given twice, first at line " + former.key().place().line();
    if (schema.lastOfEqualKeys()) {
      warnings.add(new YamlProblem(key.place(), message, "the last one counts"));
      own.put(key.text(), new YamlMapping.Entry(key, value));
    } else {
      problem(
          key.place(),
          "`" + key.text() + "` is given twice, first at " + former.key().place(),
          "keep one of them");
    }
  }

  private YamlScalar scalar(ScalarEvent event, YamlPlace place) {
    String text = event.getValue();
    String tag = event.getTag().orElse(null);
    Optional<String> custom = Optional.empty();
    Object value = text;
    try {
      if (tag == null && event.isPlain()) {
        value = schema.plain(text);
      } else if (tag != null && !tag.equals("!")) {
        if (!schema.allows(tag) || COLLECTION_TAGS.contains(tag)) {
          refuseTag(tag, place);
        } else {
          value = schema.tagged(tag, text);
          custom = Optional.of(tag).filter(known -> !known.startsWith(CoreSchema.PREFIX));
        }
      }
    } catch (IllegalArgumentException e) {
      problem(place, e.getMessage(), "put quotes around it if it is a text");
    }
    if (Characters.isBroken(text)) {
      problem(place, "an escape writes half a surrogate pair, which is no character", "write both");
    }
    boolean hasProperties = tag != null || event.getAnchor().isPresent();
    Style style = style(event);
    boolean isBlock = style == Style.LITERAL || style == Style.FOLDED;
    boolean isLine =
        line(event.getStartMark()) == line(event.getEndMark()) && text.indexOf('\n') < 0;
    YamlPlace content = place;
    if (isBlock) {
      content = lines.block(source, place);
    } else if (style != Style.PLAIN) {
      content = new YamlPlace(source, place.line(), place.column() + 1);
    }
    boolean knowsLines = !hasProperties && (style == Style.LITERAL || (!isBlock && isLine));
    return new YamlScalar(text, value, style, custom, place, content, knowsLines);
  }

  private static Style style(ScalarEvent event) {
    return switch (event.getScalarStyle()) {
      case SINGLE_QUOTED -> Style.SINGLE_QUOTED;
      case DOUBLE_QUOTED -> Style.DOUBLE_QUOTED;
      case LITERAL -> Style.LITERAL;
      case FOLDED -> Style.FOLDED;
      default -> Style.PLAIN;
    };
  }

  private Optional<String> collectionTag(CollectionStartEvent start, String own, YamlPlace place) {
    Optional<String> tag =
        start.getTag().filter(t -> !t.equals("!") && !t.equals(CoreSchema.PREFIX + own));
    if (tag.isPresent() && (!schema.allows(tag.get()) || isCore(tag.get()))) {
      refuseTag(tag.get(), place);
      return Optional.empty();
    }
    return tag;
  }

  private static boolean isCore(String tag) {
    return tag.startsWith(CoreSchema.PREFIX);
  }

  private void refuseTag(String tag, YamlPlace place) {
    String written = isCore(tag) ? "!!" + tag.substring(CoreSchema.PREFIX.length()) : tag;
    problem(
        place,
        "the tag " + written + " has no meaning here",
        "remove it; put quotes around a text that begins with !");
  }

  private void problem(YamlPlace place, String message, String remedy) {
    problems.add(new YamlProblem(place, message, remedy));
  }

  private YamlPlace place(Event event) {
    Mark mark = event.getStartMark().orElseThrow();
    return new YamlPlace(source, mark.getLine() + 1, mark.getColumn() + 1);
  }

  private static int line(Optional<Mark> mark) {
    return mark.map(Mark::getLine).orElse(0);
  }
}
