package dev.espalier.jobs.eval;

import dev.espalier.jobs.fields.JobVariables;
import dev.espalier.jobs.fields.Section;
import dev.espalier.row.Problem;
import dev.espalier.yaml.NearestName;
import dev.espalier.yaml.YamlMapping;
import dev.espalier.yaml.YamlNode;
import dev.espalier.yaml.YamlScalar;
import dev.espalier.yaml.YamlSequence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the fields of a sweep's file, and finds all that is wrong with them. Used once. */
final class SweepFileReader {
  /** The axes that every sweep has. */
  private static final List<String> GIVEN_AXES = List.of("model", "task");

  /** Fields that every model's job has unless it has its own. */
  private static final List<String> JOB_FIELDS = List.of("engine", "runner", "plan", "refresh");

  /** Fields of an evaluation that a program has no use for. */
  private static final List<String> OF_TASK_FILES =
      List.of(
          "fewshot",
          "fewshotSeed",
          "chat",
          "multiturn",
          "system",
          "thinkEnd",
          "addBos",
          "template",
          "task",
          "sampling");

  /** It names a file on any storage, and stands in words of a command line. */
  private static final String LABEL = "[\\p{L}\\p{N}_][\\p{L}\\p{N}._+-]{0,99}";

  private final YamlMapping root;
  private final Section fields;
  private final List<Problem> problems;
  private final JobVariables variables;

  /**
   * @param variables what paths mean by {@code {{ … }}}
   */
  SweepFileReader(YamlMapping root, JobVariables variables, List<Problem> problems) {
    this.root = root;
    this.variables = variables;
    this.problems = problems;
    this.fields = new Section("", root, root.place(), variables, problems);
  }

  SweepFile sweep(Path file) {
    String name = fields.string("name").orElseGet(() -> nameOf(file));
    String output = fields.path("output", "out/sweep");
    Map<String, YamlMapping> models = models();
    List<String> directories = fields.oneOrMore("taskDirectories");
    Map<String, Object> data = PlainYaml.of(mapping("data"));
    List<SweepFile.TaskEntry> tasks = tasks();
    List<SweepFile.Axis> axes = axes();
    Map<String, Set<String>> known = known(models, axes);
    List<SweepFile.Choice> exclude = exclude(known);
    Map<String, Map<String, String>> names = names(known);
    String results = fields.oneOf("results", "", "", "harness");
    String label = label();
    Change all = Change.read(fields, root, problems);
    fields.reportUnknown();
    return new SweepFile(
        name,
        output,
        models,
        directories,
        data,
        tasks,
        all,
        axes,
        exclude,
        names,
        results.equals("harness"),
        label);
  }

  private String label() {
    String label =
        fields.has("label") ? fields.path("label", "nightly") : variables.fill("{{ date }}");
    if (!label.isEmpty() && !label.matches(LABEL)) {
      fields.problem(
          "label",
          "label is `" + label + "`",
          "write letters, digits, and . _ + - behind the first of them; at most 100 in all");
    }
    return label;
  }

  private static String nameOf(Path file) {
    return file.getFileName().toString().replaceFirst("\\.ya?ml$", "");
  }

  private YamlMapping mapping(String key) {
    Optional<YamlNode> node = fields.has(key) ? root.get(key) : Optional.empty();
    if (node.isPresent() && node.get() instanceof YamlMapping mapping) {
      return mapping;
    }
    node.ifPresent(
        other ->
            fields.problem(key, key + " is " + other.kind(), "write it as a mapping of fields"));
    return new YamlMapping(Map.of(), Optional.empty(), root.place());
  }

  private Map<String, YamlMapping> models() {
    YamlMapping shared = new YamlMapping(sharedFields(), Optional.empty(), root.place());
    Map<String, YamlMapping> models = new LinkedHashMap<>();
    for (Map.Entry<String, YamlMapping.Entry> entry : mapping("models").entries().entrySet()) {
      YamlNode node = entry.getValue().value();
      YamlMapping own = null;
      if (node instanceof YamlMapping job) {
        own = job;
      } else if (node instanceof YamlScalar model && !model.isNull()) {
        own = field("model", model);
      } else {
        problems.add(
            new Problem(
                node.place().toString(),
                "models." + entry.getKey() + " is " + node.kind(),
                "write builtin:nano, a directory, or fields of a job such as {model: …,"
                    + " engine: …}"));
      }
      if (own != null) {
        Section section = new Section("models." + entry.getKey(), own, own.place(), problems);
        SweepFile.MODEL_FIELDS.forEach(section::has);
        section.reportUnknown();
        models.put(entry.getKey(), PlainYaml.merged(shared, own));
      }
    }
    if (models.isEmpty() && problems.isEmpty()) {
      fields.problem("models", "models is missing or empty", "add `models: {nano: builtin:nano}`");
    }
    return models;
  }

  private Map<String, YamlMapping.Entry> sharedFields() {
    Map<String, YamlMapping.Entry> shared = new LinkedHashMap<>();
    for (String field : JOB_FIELDS) {
      if (fields.has(field)) {
        shared.put(field, root.entries().get(field));
      }
    }
    return shared;
  }

  private List<SweepFile.TaskEntry> tasks() {
    Optional<YamlNode> node = fields.has("tasks") ? root.get("tasks") : Optional.empty();
    if (node.isEmpty() || !(node.get() instanceof YamlSequence list) || list.items().isEmpty()) {
      fields.problem(
          "tasks", "tasks is missing, empty or no list", "write a list: [arc_easy, mmlu]");
      return List.of();
    }
    List<SweepFile.TaskEntry> tasks = new ArrayList<>();
    for (YamlNode item : list.items()) {
      if (item instanceof YamlScalar name && !name.isNull()) {
        tasks.add(
            new SweepFile.TaskEntry(
                name.text(), Optional.empty(), Change.none(name.place()), name.place().toString()));
      } else if (item instanceof YamlMapping mapping) {
        tasks.add(task(mapping));
      } else {
        problems.add(
            new Problem(
                item.place().toString(),
                "a task is " + item.kind(),
                "write its name, or a mapping with `name: NAME`"));
      }
    }
    return tasks;
  }

  private SweepFile.TaskEntry task(YamlMapping mapping) {
    Section section = new Section("tasks", mapping, mapping.place(), variables, problems);
    String name = section.required("name", "arc_easy");
    boolean isProgram = section.has("program");
    if (isProgram) {
      ProgramTask.FIELDS.forEach(section::has);
      for (String field : OF_TASK_FILES) {
        if (section.has(field)) {
          section.problem(
              field,
              field + " is of tasks of task files, and this one is a program",
              "leave it out, or give the program `vars`");
        }
      }
    }
    Change change = Change.read(section, mapping, problems);
    section.reportUnknown();
    return new SweepFile.TaskEntry(
        name,
        isProgram ? Optional.of(mapping) : Optional.empty(),
        change,
        mapping.place().toString());
  }

  private List<SweepFile.Axis> axes() {
    List<SweepFile.Axis> axes = new ArrayList<>();
    for (Map.Entry<String, YamlMapping.Entry> entry : mapping("axes").entries().entrySet()) {
      String name = entry.getKey();
      YamlNode node = entry.getValue().value();
      if (GIVEN_AXES.contains(name)) {
        problems.add(
            new Problem(
                entry.getValue().key().place().toString(),
                "an axis is named " + name + ", which every sweep has",
                "give it another name"));
      }
      Map<String, Change> values = new LinkedHashMap<>();
      if (node instanceof YamlSequence list) {
        list.items().forEach(item -> single(name, item, values));
      } else if (node instanceof YamlMapping mapping) {
        mapping.entries().forEach((value, change) -> named(name, value, change, values));
      } else {
        problems.add(
            new Problem(
                node.place().toString(),
                "axes." + name + " is " + node.kind(),
                "write a list of values, or a mapping from names to what they change"));
      }
      if (values.isEmpty() && problems.isEmpty()) {
        problems.add(
            new Problem(
                node.place().toString(),
                "axes." + name + " has no value",
                "add one, or leave it out"));
      }
      axes.add(new SweepFile.Axis(name, values));
    }
    return axes;
  }

  /** A mapping with one field. */
  private static YamlMapping field(String name, YamlScalar value) {
    YamlScalar key = YamlScalar.of(name, value.place());
    return new YamlMapping(
        Map.of(name, new YamlMapping.Entry(key, value)), Optional.empty(), value.place());
  }

  /** A value that stands for the field of the axis's name. */
  private void single(String axis, YamlNode item, Map<String, Change> values) {
    if (!(item instanceof YamlScalar scalar) || scalar.isNull()) {
      problems.add(
          new Problem(
              item.place().toString(),
              "a value of the axis " + axis + " is " + item.kind(),
              "write single values in a list, and others as a mapping from names to what they"
                  + " change"));
      return;
    }
    if (!Change.AXES.contains(axis)) {
      problems.add(
          new Problem(
              item.place().toString(),
              "the axis " + axis + " is a list, and " + axis + " is no field of an evaluation",
              "lists are for "
                  + String.join(", ", Change.AXES)
                  + NearestName.hint("; ", axis, Change.AXES)
                  + "; write a mapping from names to what they change"));
      return;
    }
    put(axis, scalar.text(), field(axis, scalar), values);
  }

  private void named(
      String axis, String value, YamlMapping.Entry entry, Map<String, Change> values) {
    if (entry.value() instanceof YamlMapping change) {
      put(axis, value, change, values);
    } else if (entry.value() instanceof YamlScalar scalar && scalar.isNull()) {
      values.put(value, Change.none(scalar.place()));
    } else if (entry.value() instanceof YamlScalar scalar && Change.AXES.contains(axis)) {
      put(axis, value, field(axis, scalar), values);
    } else {
      problems.add(
          new Problem(
              entry.value().place().toString(),
              "axes." + axis + "." + value + " is " + entry.value().kind(),
              "write a mapping of what it changes: " + String.join(", ", Change.FIELDS)));
    }
  }

  private void put(String axis, String value, YamlMapping change, Map<String, Change> values) {
    Section section =
        new Section("axes." + axis + "." + value, change, change.place(), variables, problems);
    Change read = Change.read(section, change, problems);
    section.reportUnknown();
    if (values.put(value, read) != null) {
      problems.add(
          new Problem(
              change.place().toString(),
              "the axis " + axis + " has the value " + value + " twice",
              "keep one of them"));
    }
  }

  private static Map<String, Set<String>> known(
      Map<String, YamlMapping> models, List<SweepFile.Axis> axes) {
    Map<String, Set<String>> known = new LinkedHashMap<>();
    known.put("model", models.keySet());
    known.put("task", Set.of());
    axes.forEach(axis -> known.put(axis.name(), axis.values().keySet()));
    return known;
  }

  private List<SweepFile.Choice> exclude(Map<String, Set<String>> known) {
    if (!fields.has("exclude")) {
      return List.of();
    }
    if (!(root.get("exclude").orElseThrow() instanceof YamlSequence list)) {
      fields.problem(
          "exclude",
          "exclude is " + root.get("exclude").get().kind(),
          "write a list of combinations: [{model: nano, fewshot: 5}]");
      return List.of();
    }
    List<SweepFile.Choice> choices = new ArrayList<>();
    for (YamlNode item : list.items()) {
      if (item instanceof YamlMapping mapping) {
        choices.add(new SweepFile.Choice(choice(mapping, known), mapping.place().toString()));
      } else {
        problems.add(
            new Problem(
                item.place().toString(),
                "a combination is " + item.kind(),
                "write a mapping from axes to values"));
      }
    }
    return choices;
  }

  private Map<String, Map<String, String>> names(Map<String, Set<String>> known) {
    Map<String, Map<String, String>> names = new LinkedHashMap<>();
    mapping("names")
        .entries()
        .forEach(
            (name, entry) -> {
              if (entry.value() instanceof YamlMapping mapping) {
                Map<String, String> one = new LinkedHashMap<>();
                choice(mapping, known)
                    .forEach(
                        (axis, values) -> {
                          if (values.size() == 1) {
                            one.put(axis, values.get(0));
                          } else if (values.size() > 1) {
                            problems.add(
                                new Problem(
                                    mapping.get(axis).orElseThrow().place().toString(),
                                    "names." + name + " has several values of " + axis,
                                    "name one; a combination without " + axis + " has all"));
                          }
                        });
                names.put(name, one);
              } else {
                problems.add(
                    new Problem(
                        entry.value().place().toString(),
                        "names." + name + " is " + entry.value().kind(),
                        "write a mapping from axes to values"));
              }
            });
    return names;
  }

  private Map<String, List<String>> choice(YamlMapping mapping, Map<String, Set<String>> known) {
    Section section = new Section("", mapping, mapping.place(), problems);
    Map<String, List<String>> choice = new LinkedHashMap<>();
    for (String axis : section.names()) {
      List<String> values = section.oneOrMore(axis);
      choice.put(axis, values);
      if (!known.containsKey(axis)) {
        section.problem(
            axis,
            "there is no axis " + axis,
            "there are "
                + String.join(", ", known.keySet())
                + NearestName.hint("; ", axis, known.keySet()));
        continue;
      }
      for (String value : values) {
        if (!axis.equals("task") && !known.get(axis).contains(value)) {
          section.problem(
              axis,
              "the axis " + axis + " has no value " + value,
              "there are " + String.join(", ", new LinkedHashSet<>(known.get(axis))));
        }
      }
      if (values.isEmpty()) {
        section.problem(axis, axis + " names no value", "name one, or leave it out");
      }
    }
    return choice;
  }
}
