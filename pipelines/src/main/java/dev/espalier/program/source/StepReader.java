package dev.espalier.program.source;

import dev.espalier.program.State;
import dev.espalier.program.source.FileReader.ReadFile;
import dev.espalier.program.source.FileStep.Writer;
import dev.espalier.row.ValueType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Reads one step of a program file: a mapping with the kind of the step and its fields. */
final class StepReader {
  private static final List<String> KINDS =
      List.of(
          "text",
          "system",
          "user",
          "assistant",
          "special",
          "gen",
          "select",
          "fork",
          "join",
          "if",
          "for",
          "set",
          "call");

  private final FileReader file;
  private final YamlFields fields;
  private final MappingNode node;

  StepReader(FileReader file, YamlFields fields, MappingNode node) {
    this.file = file;
    this.fields = fields;
    this.node = node;
  }

  /** The step; empty with a problem if it is none. */
  Optional<FileStep> read() {
    List<String> kinds = KINDS.stream().filter(fields.keys()::contains).toList();
    if (kinds.size() != 1) {
      fields.problem(
          node,
          kinds.isEmpty() ? "this is no step" : "this is " + kinds.size() + " steps in one",
          kinds.isEmpty()
              ? "a step has one of " + String.join(", ", KINDS)
              : "begin each of " + String.join(", ", kinds) + " with a `- ` of its own");
      return Optional.empty();
    }
    String kind = kinds.get(0);
    Node value = fields.node(kind).orElseThrow();
    Optional<FileStep> step =
        switch (kind) {
          case "gen" -> name(kind, value).map(this::gen);
          case "select" -> name(kind, value).map(this::select);
          case "fork" -> fork(value);
          case "join" -> Optional.of(new FileStep.Join(fields.text(kind, value)));
          case "if" -> condition(value);
          case "for" -> name(kind, value).map(this::loop);
          case "set" -> name(kind, value).map(this::set);
          case "call" -> call(value);
          case "special" -> fields.text(kind, value).map(FileStep.Special::new);
          default -> write(kind, value);
        };
    fields.reportUnknown();
    return step;
  }

  /** The text of {@code value}, which names something from here on. */
  private Optional<String> name(String kind, Node value) {
    Optional<String> name = fields.text(kind, value);
    name.ifPresent(defined -> file.define(defined, value));
    return name;
  }

  private Optional<FileStep> write(String kind, Node value) {
    Writer writer = Writer.valueOf(kind.toUpperCase(Locale.ROOT));
    return fields.text(kind, value).map(text -> new FileStep.Write(writer, file.text(text, value)));
  }

  private FileStep gen(String name) {
    return new FileStep.Gen(name, OptionFields.gen(fields, node));
  }

  private FileStep select(String name) {
    Optional<Node> choices = fields.required("choices", "[yes, no]");
    List<String> listed = List.of();
    Optional<Template> computed = Optional.empty();
    if (choices.isPresent() && choices.get() instanceof SequenceNode) {
      listed = fields.texts("choices").orElse(List.of());
      Set<String> distinct = new TreeSet<>(listed);
      if (listed.isEmpty() || distinct.size() < listed.size() || distinct.contains("")) {
        fields.problem(
            choices.get(),
            "the choices of `" + name + "` are none, or one is empty or there twice",
            "list different texts");
      }
      if (listed.size() > State.MOST_CHOICES) {
        fields.problem(
            choices.get(),
            "the choices of `" + name + "` are " + listed.size() + " texts",
            "list at most " + State.MOST_CHOICES);
      }
    } else if (choices.isPresent()) {
      computed =
          fields
              .text("choices", choices.get())
              .map(expression -> file.expression(expression, choices.get()));
    }
    return new FileStep.Select(name, listed, computed, OptionFields.select(fields));
  }

  private Optional<FileStep> fork(Node value) {
    Optional<Template> count =
        fields.text("fork", value).map(expression -> file.expression(expression, value));
    String name = fields.text("name").orElse("fork");
    String index = fields.text("index").orElse("branch");
    file.define(index, fields.node("index").orElse(value));
    fields.required("steps", "[{gen: score}]");
    List<FileStep> steps = file.steps(fields, "steps");
    return count.map(branches -> new FileStep.Branches(name, branches, index, steps));
  }

  private Optional<FileStep> condition(Node value) {
    Optional<Template> condition =
        fields.text("if", value).map(expression -> file.expression(expression, value));
    fields.required("then", "[{gen: reply}]");
    List<FileStep> then = file.steps(fields, "then");
    List<FileStep> otherwise = file.steps(fields, "else");
    return condition.map(c -> new FileStep.If(c, then, otherwise));
  }

  private FileStep loop(String variable) {
    Optional<Node> in = fields.required("in", "examples");
    Template items =
        in.flatMap(node -> fields.text("in", node).map(source -> file.expression(source, node)))
            .orElseGet(() -> file.expression("[]", node));
    fields.required("steps", "[{user: Hello}]");
    return new FileStep.For(variable, items, file.steps(fields, "steps"));
  }

  private FileStep set(String name) {
    ValueType type = OptionFields.type(fields).orElse(ValueType.STRING);
    ValueSource value =
        fields
            .required("to", "\"{{ row.title }}\"")
            .map(node -> file.value(node, type))
            .orElseGet(() -> ValueSource.constant(""));
    return new FileStep.Set(name, value);
  }

  private Optional<FileStep> call(Node value) {
    Optional<String> name = fields.text("name");
    name.ifPresent(defined -> file.define(defined, fields.node("name").orElseThrow()));
    Map<String, ValueSource> arguments = arguments();
    Optional<ReadFile> callee =
        fields.text("call", value).flatMap(path -> file.callee(path, value));
    callee.ifPresent(program -> checkArguments(program, arguments, value));
    return callee.map(program -> new FileStep.Call(name, program.program(), arguments));
  }

  private Map<String, ValueSource> arguments() {
    Map<String, ValueSource> arguments = new LinkedHashMap<>();
    Optional<Node> with = fields.node("with");
    if (with.isPresent() && with.get() instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        arguments.put(
            ((ScalarNode) tuple.getKeyNode()).getValue(),
            file.value(tuple.getValueNode(), ValueType.STRING));
      }
    } else {
      with.ifPresent(
          node -> fields.problem(node, "`with` is no mapping", "write `parameter: value` lines"));
    }
    return arguments;
  }

  private void checkArguments(ReadFile callee, Map<String, ValueSource> arguments, Node at) {
    Set<String> missing = new TreeSet<>(callee.parameters());
    missing.removeAll(arguments.keySet());
    Set<String> unknown = new TreeSet<>(arguments.keySet());
    unknown.removeAll(callee.parameters());
    if (!missing.isEmpty()) {
      fields.problem(
          at,
          "the call lacks " + String.join(", ", missing),
          "give each parameter of the called file a value below `with:`");
    }
    if (!unknown.isEmpty()) {
      fields.problem(
          at,
          "the called file has no parameter " + String.join(", ", unknown),
          "list it below `parameters:` there, or leave it out");
    }
  }
}
