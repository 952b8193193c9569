package dev.espalier.program.source;

import dev.espalier.row.ValueType;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Reads one program file into steps. Used once for each file. */
final class FileReader {
  private static final Set<String> GIVEN = Set.of("row", "steps");

  /** Finds the programs that this file calls. */
  interface Callees {
    /**
     * @param path as written in {@code file}
     * @return empty with a problem if there is no such program
     */
    Optional<ReadFile> read(String path, String file, Node at);
  }

  /**
   * What was read.
   *
   * @param parameters that a caller gives
   */
  record ReadFile(FileProgram program, Set<String> parameters) {}

  /** A name in use, and where. */
  private record Use(String name, Node node, int line) {}

  private final ProgramFile source;
  private final String file;
  private final Problems problems;
  private final Callees callees;
  private final Map<String, Node> defined = new LinkedHashMap<>();
  private final Set<String> given = new HashSet<>(GIVEN);
  private final List<Use> uses = new ArrayList<>();

  FileReader(ProgramFile source, String file, Problems problems, Callees callees) {
    this.source = source;
    this.file = file;
    this.problems = problems;
    this.callees = callees;
  }

  /** Reads all that can be read; what cannot is among the problems. */
  Optional<ReadFile> read(String text) {
    Node root;
    try {
      root = new Yaml(new LoaderOptions()).compose(new StringReader(text));
    } catch (MarkedYAMLException e) {
      problems.add(
          file,
          e.getProblemMark(),
          "this is no YAML: " + e.getProblem(),
          "mend the indentation or the quotes there; put quotes around texts with `: ` or `{`");
      return Optional.empty();
    }
    if (!(root instanceof MappingNode mapping)) {
      problems.add(file, 1, 1, "the file holds no mapping", "write `steps:` and a list of steps");
      return Optional.empty();
    }
    YamlFields fields = new YamlFields(file, "a program", mapping, problems);
    Set<String> parameters = new HashSet<>(fields.texts("parameters").orElse(List.of()));
    given.addAll(parameters);
    Map<String, Object> constants = constants(fields);
    List<FileStep> steps = new ArrayList<>();
    fields.required("steps", "[{text: Hello}]").ifPresent(node -> steps.addAll(steps(node)));
    fields.reportUnknown();
    reportUndefined();
    return Optional.of(
        new ReadFile(new FileProgram(source, constants, steps), Set.copyOf(parameters)));
  }

  private Map<String, Object> constants(YamlFields fields) {
    Optional<Node> vars = fields.node("vars");
    if (vars.isEmpty()) {
      return Map.of();
    }
    if (!(vars.get() instanceof MappingNode mapping)) {
      fields.problem(vars.get(), "`vars` is no mapping", "write `name: value` lines below it");
      return Map.of();
    }
    mapping
        .getValue()
        .forEach(tuple -> define(((ScalarNode) tuple.getKeyNode()).getValue(), tuple.getKeyNode()));
    Map<String, Object> constants = new LinkedHashMap<>();
    ((Map<?, ?>) YamlFields.plain(mapping)).forEach((k, v) -> constants.put((String) k, v));
    return constants;
  }

  private List<FileStep> steps(Node node) {
    if (!(node instanceof SequenceNode list)) {
      problems.add(file, node, "steps are a list", "begin each step with `- `");
      return List.of();
    }
    List<FileStep> steps = new ArrayList<>();
    for (Node item : list.getValue()) {
      step(item).ifPresent(steps::add);
    }
    return steps;
  }

  private Optional<FileStep> step(Node node) {
    if (node instanceof ScalarNode scalar && scalar.getValue().equals("join")) {
      return Optional.of(new FileStep.Join(Optional.empty()));
    }
    if (!(node instanceof MappingNode mapping) || mapping.getValue().isEmpty()) {
      problems.add(file, node, "this is no step", "write `text: …`, `gen: name` or the like");
      return Optional.empty();
    }
    YamlFields fields = new YamlFields(file, "the step", mapping, problems);
    return new StepReader(this, fields, mapping).read();
  }

  List<FileStep> steps(YamlFields fields, String key) {
    return fields.node(key).map(this::steps).orElse(List.of());
  }

  /** Says that {@code name} will have a value; it must not be one of the names always given. */
  void define(String name, Node node) {
    if (GIVEN.contains(name)) {
      problems.add(file, node, "`" + name + "` has a meaning of its own", "choose another name");
    } else if (!name.matches("[\\p{L}_][\\p{L}\\p{N}_]*")) {
      problems.add(
          file,
          node,
          "`" + name + "` is no name",
          "use letters, digits and _, and begin with a letter");
    }
    defined.putIfAbsent(name, node);
  }

  Template text(String text, Node node) {
    TemplateReader reader = new TemplateReader();
    Template template = Template.text(text, location(node), reader);
    collect(reader, node);
    return template;
  }

  Template expression(String source, Node node) {
    TemplateReader reader = new TemplateReader();
    Template template = Template.expression(source, location(node), reader);
    collect(reader, node);
    return template;
  }

  /** The value of a {@code set} or an argument: a text may have Jinja, all else is constant. */
  ValueSource value(Node node, ValueType type) {
    Object plain = YamlFields.plain(node);
    return plain instanceof String text
        ? ValueSource.text(text(text, node), type)
        : ValueSource.constant(plain);
  }

  private String location(Node node) {
    return file + ":" + (node.getStartMark().getLine() + 1);
  }

  private void collect(TemplateReader reader, Node node) {
    for (TemplateProblem problem : reader.problems()) {
      problems.add(file, line(node, problem.line()), 1, problem.message(), problem.remedy());
    }
    reader.variables().forEach((name, line) -> uses.add(new Use(name, node, line)));
  }

  /** The line of the file that holds {@code line} of the text in {@code node}. */
  private static int line(Node node, int line) {
    boolean isBlock =
        node instanceof ScalarNode scalar
            && (scalar.getScalarStyle() == ScalarStyle.LITERAL
                || scalar.getScalarStyle() == ScalarStyle.FOLDED);
    return node.getStartMark().getLine() + line + (isBlock ? 1 : 0);
  }

  private void reportUndefined() {
    for (Use use : uses) {
      if (!defined.containsKey(use.name()) && !given.contains(use.name())) {
        problems.add(
            file,
            line(use.node(), use.line()),
            1,
            "nothing in this file gives `" + use.name() + "` a value",
            "a field of the row is `row." + use.name() + "`; names here: " + names());
      }
    }
  }

  private String names() {
    List<String> names = new ArrayList<>(given.stream().sorted().toList());
    names.addAll(defined.keySet());
    return String.join(", ", names);
  }

  Optional<ReadFile> callee(String path, Node at) {
    return callees.read(path, file, at);
  }
}
