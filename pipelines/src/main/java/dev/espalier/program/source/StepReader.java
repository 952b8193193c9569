package dev.espalier.program.source;

import dev.espalier.program.State;
import dev.espalier.program.source.FileReader.ReadFile;
import dev.espalier.program.source.FileStep.Writer;
import dev.espalier.program.source.NameScopes.Block;
import dev.espalier.program.source.NameScopes.Kind;
import dev.espalier.program.source.NameScopes.Role;
import dev.espalier.row.Column;
import dev.espalier.row.ValueType;
import dev.espalier.yaml.NearestName;
import dev.espalier.yaml.YamlMapping;
import dev.espalier.yaml.YamlNode;
import dev.espalier.yaml.YamlPlace;
import dev.espalier.yaml.YamlScalar;
import dev.espalier.yaml.YamlSequence;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

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
  private final YamlMapping node;
  private final YamlSequence list;

  /**
   * @param list the steps that this one is of
   */
  StepReader(FileReader file, YamlFields fields, YamlMapping node, YamlSequence list) {
    this.file = file;
    this.fields = fields;
    this.node = node;
    this.list = list;
  }

  /** The step; empty with a problem if it is none. */
  Optional<FileStep> read() {
    List<String> kinds = KINDS.stream().filter(fields.keys()::contains).toList();
    if (kinds.size() != 1) {
      fields.problem(
          node,
          kinds.isEmpty() ? "this is no step" : "this is " + kinds.size() + " steps in one",
          kinds.isEmpty()
              ? nearestKind() + "a step has one of " + String.join(", ", KINDS)
              : "begin each of " + String.join(", ", kinds) + " with a `- ` of its own");
      return Optional.empty();
    }
    String kind = kinds.get(0);
    YamlNode value = fields.node(kind).orElseThrow();
    Optional<FileStep> step =
        switch (kind) {
          case "gen" -> name(kind, value).map(name -> gen(name, value.place()));
          case "select" -> name(kind, value).map(name -> select(name, value.place()));
          case "fork" -> fork(value);
          case "join" -> join(value);
          case "if" -> condition(value);
          case "for" -> name(kind, value).map(name -> loop(name, value.place()));
          case "set" -> name(kind, value).map(name -> set(name, value.place()));
          case "call" -> call(value);
          case "special" -> fields.text(kind, value).map(token -> special(token, value.place()));
          default -> write(kind, value);
        };
    fields.reportUnknown();
    return step;
  }

  private String nearestKind() {
    for (String key : fields.keys()) {
      Optional<String> near = NearestName.of(key, KINDS);
      if (near.isPresent()) {
        return "did you mean " + near.get() + "? ";
      }
    }
    return "";
  }

  /** The text of {@code value}, which can name a value. */
  private Optional<String> name(String kind, YamlNode value) {
    Optional<String> name = fields.text(kind, value);
    name.ifPresent(written -> file.checkName(written, value.place()));
    return name;
  }

  private Optional<FileStep> write(String kind, YamlNode value) {
    Writer writer = Writer.valueOf(kind.toUpperCase(Locale.ROOT));
    if (writer != Writer.TEXT) {
      file.use(new ModelUse.Turn(kind, fields.placeOf(kind)));
    }
    return fields.scalar(kind, value).map(text -> new FileStep.Write(writer, file.text(text)));
  }

  private FileStep special(String token, YamlPlace place) {
    file.use(new ModelUse.Special(token, place));
    return new FileStep.Special(token);
  }

  private FileStep gen(String name, YamlPlace place) {
    OptionFields options = OptionFields.gen(fields, name, file::use);
    file.names().define(name, place, Role.MODEL, Set.of());
    file.columns().add(name, options.type(), place, list);
    for (int i = 1; i < options.samples(); i++) {
      file.columns().add(name + "[" + i + "]", options.type(), place, null);
    }
    return new FileStep.Gen(name, options.options());
  }

  private FileStep select(String name, YamlPlace place) {
    Optional<YamlNode> choices = fields.required("choices", "[yes, no]");
    List<String> listed = List.of();
    Optional<Template> computed = Optional.empty();
    if (choices.isPresent() && choices.get() instanceof YamlSequence) {
      List<YamlScalar> scalars = fields.scalars("choices").orElse(List.of());
      OptionFields.checkDistinct(fields, choices.get(), "choices", scalars);
      if (scalars.size() > State.MOST_CHOICES) {
        fields.problem(
            choices.get(),
            "the choices of `" + name + "` are " + scalars.size() + " texts",
            "list at most " + State.MOST_CHOICES);
      }
      listed = scalars.stream().map(YamlScalar::text).toList();
    } else if (choices.isPresent()) {
      computed = fields.scalar("choices", choices.get()).map(file::expression);
    }
    FileStep step = new FileStep.Select(name, listed, computed, OptionFields.select(fields));
    ValueType type = OptionFields.type(fields).orElse(ValueType.STRING);
    file.names().define(name, place, Role.MODEL, Set.of());
    file.columns().add(name, type, place, list);
    return step;
  }

  private Optional<FileStep> fork(YamlNode value) {
    Optional<YamlScalar> count = fields.scalar("fork", value);
    count.ifPresent(this::checkBranches);
    Optional<Template> branches = count.map(file::expression);
    String name = fields.text("name").orElse("fork");
    file.checkName(name, fields.node("name").map(YamlNode::place).orElse(value.place()));
    String index = fields.text("index").orElse("branch");
    YamlPlace indexPlace = fields.node("index").map(YamlNode::place).orElse(value.place());
    file.checkName(index, indexPlace);
    fields.required("steps", "[{gen: score}]");
    Block block = file.names().open(Kind.FORK);
    file.names().defineInBlock(index, indexPlace);
    file.columns().beginFork(name);
    List<FileStep> steps = file.steps(fields, "steps");
    file.columns().endFork();
    file.names().close();
    file.names().defineFork(name, block);
    return branches.map(number -> new FileStep.Branches(name, number, index, steps));
  }

  private void checkBranches(YamlScalar count) {
    if (YamlFields.value(count) instanceof Number number
        && (!(number instanceof Long)
            || number.longValue() < 1
            || number.longValue() > State.MOST_BRANCHES)) {
      fields.problem(
          count,
          "a fork has a whole number of branches from 1 to "
              + State.MOST_BRANCHES
              + ", not "
              + count.text(),
          "write for example `fork: 3`");
    }
  }

  private Optional<FileStep> join(YamlNode value) {
    Optional<String> name =
        value instanceof YamlScalar scalar && scalar.isNull()
            ? Optional.empty()
            : fields.text("join", value);
    file.names().join(name, value.place());
    return Optional.of(new FileStep.Join(name));
  }

  private Optional<FileStep> condition(YamlNode value) {
    Optional<Template> condition = fields.scalar("if", value).map(file::expression);
    fields.required("then", "[{gen: reply}]");
    List<FileStep> then = block(Kind.BRANCH_OF_IF, "then");
    List<FileStep> otherwise = block(Kind.BRANCH_OF_IF, "else");
    return condition.map(c -> new FileStep.If(c, then, otherwise));
  }

  private List<FileStep> block(Kind kind, String key) {
    file.names().open(kind);
    List<FileStep> steps = file.steps(fields, key);
    file.names().close();
    return steps;
  }

  private FileStep loop(String variable, YamlPlace place) {
    Optional<YamlNode> in = fields.required("in", "examples");
    Template items =
        in.flatMap(written -> fields.scalar("in", written).map(file::expression))
            .orElseGet(() -> Template.expression(YamlScalar.of("[]", place)));
    fields.required("steps", "[{user: Hello}]");
    file.names().open(Kind.LOOP);
    file.names().defineInBlock(variable, place);
    List<FileStep> steps = file.steps(fields, "steps");
    file.names().close();
    return new FileStep.For(variable, items, steps);
  }

  private FileStep set(String name, YamlPlace place) {
    SetValue value = SetValue.read(file, fields);
    file.names().define(name, place, Role.PROGRAM, Set.of());
    file.columns().add(name, value.type(), place, null);
    return new FileStep.Set(name, value.source());
  }

  private Optional<FileStep> call(YamlNode value) {
    Optional<YamlScalar> name = fields.scalar("name");
    name.ifPresent(written -> file.checkName(written.text(), written.place()));
    Map<String, ValueSource> arguments = arguments();
    Optional<ReadFile> callee =
        fields.text("call", value).flatMap(path -> file.callee(path, value));
    callee.ifPresent(
        program -> {
          checkArguments(program, arguments.keySet(), value);
          file.include(program);
          define(program, name, value.place());
        });
    return callee.map(
        program -> new FileStep.Call(name.map(YamlScalar::text), program.program(), arguments));
  }

  /** The names and columns that a call gives. */
  private void define(ReadFile callee, Optional<YamlScalar> name, YamlPlace place) {
    Set<String> members = new LinkedHashSet<>();
    for (Column column : callee.program().columns().orElseThrow()) {
      String inner = column.name().replaceFirst("[/\\[].*", "");
      members.add(inner);
      String prefix = name.map(written -> written.text() + "/").orElse("");
      file.columns().add(prefix + column.name(), column.type(), place, null);
    }
    if (name.isPresent()) {
      file.names().define(name.get().text(), name.get().place(), Role.PROGRAM, members);
    } else {
      members.forEach(member -> file.names().define(member, place, Role.MODEL, Set.of()));
    }
  }

  private Map<String, ValueSource> arguments() {
    Map<String, ValueSource> arguments = new LinkedHashMap<>();
    Optional<YamlNode> with = fields.node("with");
    if (with.isPresent() && with.get() instanceof YamlMapping mapping) {
      mapping.entries().forEach((name, entry) -> arguments.put(name, file.value(entry.value())));
    } else {
      with.ifPresent(
          written ->
              fields.problem(written, "`with` is no mapping", "write `parameter: value` lines"));
    }
    return arguments;
  }

  private void checkArguments(ReadFile callee, Set<String> arguments, YamlNode at) {
    Set<String> missing = new TreeSet<>(callee.parameters());
    missing.removeAll(arguments);
    Set<String> unknown = new TreeSet<>(arguments);
    unknown.removeAll(callee.parameters());
    if (!missing.isEmpty()) {
      fields.problem(
          at,
          "the call lacks " + String.join(", ", missing),
          "give each parameter of the called file a value below `with:`");
    }
    Set<String> free = new HashSet<>(missing);
    for (String name : unknown) {
      fields.problem(
          at,
          "the called file has no parameter " + name,
          NearestName.hint("", name, free) + " list it below `parameters:` there, or leave it out");
    }
  }
}
