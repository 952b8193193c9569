package dev.espalier.program.source;

import dev.espalier.jinja.ForbiddenUse;
import dev.espalier.jinja.JinjaException;
import dev.espalier.row.ValueType;
import dev.espalier.yaml.YamlDocument;
import dev.espalier.yaml.YamlMapping;
import dev.espalier.yaml.YamlNode;
import dev.espalier.yaml.YamlPlace;
import dev.espalier.yaml.YamlReader;
import dev.espalier.yaml.YamlScalar;
import dev.espalier.yaml.YamlSequence;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads one program file into steps. Used once for each file. */
final class FileReader {
  private static final Set<String> GIVEN = Set.of("row", "steps");

  /** Names that templates take for something else. */
  private static final Set<String> JINJA =
      Set.of(
          "true",
          "false",
          "none",
          "True",
          "False",
          "None",
          "and",
          "or",
          "not",
          "in",
          "is",
          "if",
          "else",
          "loop",
          "self",
          "caller",
          "varargs",
          "kwargs",
          "range",
          "dict",
          "namespace",
          "cycler",
          "joiner",
          "lipsum");

  /** Finds the programs that this file calls. */
  interface Callees {
    /**
     * @param path as written in {@code file}
     * @return empty with a problem if there is no such program
     */
    Optional<ReadFile> read(String path, String file, YamlNode at);
  }

  /**
   * What was read.
   *
   * @param parameters that a caller gives
   * @param fields of the row that this file and those it calls read
   * @param modelUses what this file and those it calls ask of the model
   */
  record ReadFile(
      FileProgram program,
      Set<String> parameters,
      List<FieldUse> fields,
      List<ModelUse> modelUses) {}

  private final ProgramFile source;
  private final String file;
  private final Problems problems;
  private final Callees callees;
  private final NameScopes names;
  private final ColumnList columns;
  private final Set<FieldUse> fields = new LinkedHashSet<>();
  private final Set<ModelUse> modelUses = new LinkedHashSet<>();

  FileReader(ProgramFile source, String file, Problems problems, Callees callees) {
    this.source = source;
    this.file = file;
    this.problems = problems;
    this.callees = callees;
    this.names = new NameScopes(problems);
    this.columns = new ColumnList(problems);
  }

  /** Reads all that can be read; what cannot is among the problems. */
  Optional<ReadFile> read(String text) {
    YamlDocument document = YamlReader.read(file, text);
    document.problems().forEach(problems::add);
    if (document.root().isEmpty()) {
      return Optional.empty();
    }
    if (!(document.root().get() instanceof YamlMapping mapping)) {
      problems.add(
          document.root().get().place(),
          "the file holds no mapping",
          "write `steps:` and a list of steps");
      return Optional.empty();
    }
    YamlFields top = new YamlFields("a program", mapping, problems);
    Set<String> parameters = parameters(top);
    Map<String, Object> constants = constants(top);
    GIVEN.forEach(names::give);
    List<FileStep> steps = new ArrayList<>();
    top.required("steps", "[{text: Hello}]").ifPresent(node -> steps.addAll(steps(node)));
    top.reportUnknown();
    names.report();
    return Optional.of(
        new ReadFile(
            new FileProgram(source, constants, steps, columns.columns()),
            parameters,
            List.copyOf(fields),
            List.copyOf(modelUses)));
  }

  private Set<String> parameters(YamlFields top) {
    Set<String> parameters = new LinkedHashSet<>();
    for (YamlScalar parameter : top.scalars("parameters").orElse(List.of())) {
      checkName(parameter.text(), parameter.place());
      names.give(parameter.text());
      if (!parameters.add(parameter.text())) {
        problems.add(
            parameter.place(),
            "the parameter `" + parameter.text() + "` is there twice",
            "remove it");
      }
    }
    return parameters;
  }

  private Map<String, Object> constants(YamlFields top) {
    Optional<YamlNode> vars = top.node("vars");
    if (vars.isEmpty()) {
      return Map.of();
    }
    if (!(vars.get() instanceof YamlMapping mapping)) {
      top.problem(
          vars.get(),
          "`vars` is no mapping but " + vars.get().kind(),
          "write `name: value` lines below it");
      return Map.of();
    }
    Map<String, Object> constants = new LinkedHashMap<>();
    mapping
        .entries()
        .forEach(
            (name, entry) -> {
              checkName(name, entry.key().place());
              names.give(name);
              constants.put(name, PlainValues.of(entry.value()));
            });
    return constants;
  }

  private List<FileStep> steps(YamlNode node) {
    if (!(node instanceof YamlSequence list)) {
      problems.add(
          node.place(), "steps are a list, not " + node.kind(), "begin each step with `- `");
      return List.of();
    }
    List<FileStep> steps = new ArrayList<>();
    for (YamlNode item : list.items()) {
      step(item, list).ifPresent(steps::add);
    }
    return steps;
  }

  private Optional<FileStep> step(YamlNode node, YamlSequence list) {
    if (node instanceof YamlScalar scalar && scalar.text().equals("join")) {
      names.join(Optional.empty(), node.place());
      return Optional.of(new FileStep.Join(Optional.empty()));
    }
    if (!(node instanceof YamlMapping mapping) || mapping.entries().isEmpty()) {
      problems.add(
          node.place(), "this is no step but " + node.kind(), "write `text: …`, `gen: name` or so");
      return Optional.empty();
    }
    YamlFields stepFields = new YamlFields("the step", mapping, problems);
    return new StepReader(this, stepFields, mapping, list).read();
  }

  /** The steps in a field of a step, as a block of their own. */
  List<FileStep> steps(YamlFields stepFields, String key) {
    return stepFields.node(key).map(this::steps).orElse(List.of());
  }

  NameScopes names() {
    return names;
  }

  ColumnList columns() {
    return columns;
  }

  /** Takes what the file asks of the model. */
  void use(ModelUse use) {
    modelUses.add(use);
  }

  /** Takes over what a called file reads of the row and asks of the model. */
  void include(ReadFile callee) {
    fields.addAll(callee.fields());
    modelUses.addAll(callee.modelUses());
  }

  /** Refuses what cannot name a value. */
  void checkName(String name, YamlPlace place) {
    if (GIVEN.contains(name) || JINJA.contains(name)) {
      problems.add(place, "`" + name + "` has a meaning of its own", "choose another name");
    } else if (!name.matches("[\\p{L}_][\\p{L}\\p{N}_]*")) {
      problems.add(
          place, "`" + name + "` is no name", "use letters, digits and _, and begin with a letter");
    }
  }

  /** A text with Jinja; if it is none, a stand-in. */
  Template text(YamlScalar scalar) {
    return template(scalar, Template::text);
  }

  /** An expression of Jinja; if it is none, a stand-in. */
  Template expression(YamlScalar scalar) {
    return template(scalar, Template::expression);
  }

  private Template template(
      YamlScalar scalar, java.util.function.Function<YamlScalar, Template> read) {
    Template template;
    try {
      template = read.apply(scalar);
    } catch (JinjaException e) {
      YamlPlace place = scalar.placeOf(Math.max(1, e.line()), Math.max(1, e.column()));
      problems.add(place, e.reason(), "correct the Jinja there");
      return Template.expression(YamlScalar.of("[]", scalar.place()));
    }
    names.use(template);
    Set<String> forbidden = new HashSet<>();
    for (ForbiddenUse use : template.forbidden()) {
      forbidden.add(use.name());
      problems.add(
          scalar.placeOf(use.line(), use.column()),
          use.reason(),
          "leave it out; a field of that name is read as row['" + use.name() + "']");
    }
    template.variables().stream()
        .filter(use -> use.name().equals("row") && !use.path().isEmpty())
        .filter(use -> Collections.disjoint(use.path(), forbidden))
        .forEach(
            use ->
                fields.add(
                    new FieldUse(
                        use.path(),
                        scalar.placeOf(use.line(), use.column()).toString(),
                        use.mayBeUndefined())));
    return template;
  }

  /** The value of an argument: texts may have Jinja, all else is constant. */
  ValueSource value(YamlNode node) {
    if (node instanceof YamlSequence list) {
      return new ValueSource.Items(list.items().stream().map(this::value).toList());
    } else if (node instanceof YamlMapping mapping) {
      Map<String, ValueSource> values = new LinkedHashMap<>();
      mapping.entries().forEach((name, entry) -> values.put(name, value(entry.value())));
      return new ValueSource.Fields(values);
    }
    return node instanceof YamlScalar scalar && scalar.isText()
        ? new ValueSource.Rendered(text(scalar), ValueType.STRING)
        : new ValueSource.Constant(PlainValues.of(node));
  }

  Optional<ReadFile> callee(String path, YamlNode at) {
    return callees.read(path, file, at);
  }
}
