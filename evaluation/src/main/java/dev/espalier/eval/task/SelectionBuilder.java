package dev.espalier.eval.task;

import dev.espalier.eval.TaskGroup;
import dev.espalier.eval.TaskGroup.Aggregate;
import dev.espalier.eval.task.TaskFiles.TaskFile;
import dev.espalier.jinja.PythonText;
import dev.espalier.row.Problem;
import dev.espalier.yaml.YamlMapping;
import dev.espalier.yaml.YamlNode;
import dev.espalier.yaml.YamlPlace;
import dev.espalier.yaml.YamlScalar;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Collects the tasks and groups of a selection, and all that is wrong with them. Used once. */
final class SelectionBuilder {
  private static final List<String> GROUP_FIELDS =
      List.of("group", "group_alias", "task", "aggregate_metric_list", "metadata");

  private static final List<String> AGGREGATE_FIELDS =
      List.of("metric", "filter_list", "aggregation", "weight_by_size");

  private static final Pattern PLACE = Pattern.compile("(.*?):([0-9]+):([0-9]+)");

  /** In the order of files, lines and columns. */
  private static final Comparator<Problem> BY_PLACE =
      Comparator.comparing((Problem problem) -> part(problem, 1))
          .thenComparingInt(problem -> number(problem, 2))
          .thenComparingInt(problem -> number(problem, 3));

  private final TaskFiles files;
  private final TaskIndex index;

  /** Fields that count more than those of files. */
  private final Map<String, YamlMapping.Entry> given;

  private final Map<String, Task> tasks = new LinkedHashMap<>();

  /** What the fields of a task were read from, to tell whether it is the same again. */
  private final Map<String, String> sources = new LinkedHashMap<>();

  private final Map<String, TaskGroup> groups = new LinkedHashMap<>();
  private final Set<String> open = new LinkedHashSet<>();
  private final Set<Problem> problems = new LinkedHashSet<>();
  private final Set<Problem> warnings = new LinkedHashSet<>();

  SelectionBuilder(TaskFiles files, TaskIndex index, Map<String, YamlMapping.Entry> given) {
    this.files = files;
    this.index = index;
    this.given = given;
  }

  private static String part(Problem problem, int group) {
    Matcher place = PLACE.matcher(problem.location());
    return place.matches() ? place.group(group) : group == 1 ? problem.location() : "0";
  }

  private static int number(Problem problem, int group) {
    return Integer.parseInt(part(problem, group));
  }

  Set<Problem> problems() {
    return problems;
  }

  /** A name of the index. */
  void add(String name) {
    add(index.get(name).orElseThrow(), Map.of());
  }

  void add(TaskFile file, TaskIndex.Kind kind, String name) {
    if (kind == TaskIndex.Kind.GROUP) {
      group(name, file, Map.of());
    } else {
      task(name, file, Map.of());
    }
  }

  TaskSelection selection() throws TaskException {
    if (!problems.isEmpty()) {
      throw new TaskException(problems.stream().sorted(BY_PLACE).toList());
    }
    return new TaskSelection(
        List.copyOf(tasks.values()), List.copyOf(groups.values()), List.copyOf(warnings));
  }

  /** Names of the members that an entry adds. */
  private List<String> add(TaskIndex.Entry entry, Map<String, YamlMapping.Entry> overrides) {
    return switch (entry.kind()) {
      case TAG -> {
        for (String task : entry.tasks()) {
          index.get(task).ifPresent(each -> add(each, overrides));
        }
        yield List.copyOf(entry.tasks());
      }
      case GROUP -> {
        group(entry.name(), files.read(entry.path()), overrides);
        yield List.of(entry.name());
      }
      case TASK -> {
        task(entry.name(), files.read(entry.path()), overrides);
        yield List.of(entry.name());
      }
    };
  }

  private void task(String name, TaskFile file, Map<String, YamlMapping.Entry> overrides) {
    Map<String, YamlMapping.Entry> fields = new LinkedHashMap<>(file.fields());
    fields.putAll(overrides);
    fields.putAll(given);
    fields.remove("tag");
    if (file.fields().containsKey("task")) {
      fields.put("task", file.fields().get("task"));
    }
    String source = file.path() + overrides;
    String former = sources.putIfAbsent(name, source);
    if (former != null) {
      if (!former.equals(source)) {
        problems.add(
            new Problem(
                file.path(),
                "the task " + name + " is in two groups that give it different fields",
                "evaluate the groups one by one, or give the task two names"));
      }
      return;
    }
    TaskReader reader =
        new TaskReader(
            name, new TaskFile(file.path(), fields, file.problems(), file.warnings()), files);
    TaskConfig config = reader.config();
    problems.addAll(file.problems());
    problems.addAll(reader.problems());
    warnings.addAll(file.warnings());
    warnings.addAll(reader.warnings());
    tasks.put(name, new Task(config));
  }

  private void group(String name, TaskFile file, Map<String, YamlMapping.Entry> overrides) {
    if (!open.add(name)) {
      problems.add(
          new Problem(
              file.path(),
              "groups hold each other in a circle: " + String.join(" > ", open) + " > " + name,
              "remove one of these members"));
      return;
    }
    List<Problem> found = new ArrayList<>(file.problems());
    FieldReader fields = new FieldReader(file.fields(), found);
    Map<String, YamlMapping.Entry> forTasks = new LinkedHashMap<>(file.fields());
    GROUP_FIELDS.forEach(forTasks::remove);
    List.of("tag", "task_list", "include").forEach(forTasks::remove);
    forTasks.putAll(overrides);
    List<Aggregate> aggregates = aggregates(fields);
    // Its place among the groups is before those that it holds.
    groups.put(name, new TaskGroup(name, name, Optional.empty(), List.of(), List.of()));
    Set<String> members = new LinkedHashSet<>();
    for (YamlNode item : fields.items("task")) {
      members.addAll(member(name, item, forTasks, found, file));
    }
    groups.put(
        name,
        new TaskGroup(
            name,
            fields.textOr("group_alias", name),
            version(fields),
            List.copyOf(members),
            aggregates));
    problems.addAll(found);
    warnings.addAll(file.warnings());
    open.remove(name);
  }

  private static Optional<String> version(FieldReader fields) {
    return fields
        .node("metadata")
        .filter(YamlMapping.class::isInstance)
        .flatMap(node -> ((YamlMapping) node).get("version"))
        .map(node -> PythonText.str(YamlValues.printable(YamlValues.plain(node))));
  }

  private List<String> member(
      String group,
      YamlNode item,
      Map<String, YamlMapping.Entry> forTasks,
      List<Problem> found,
      TaskFile file) {
    if (item instanceof YamlScalar scalar && !scalar.isNull()) {
      Optional<TaskIndex.Entry> entry = index.get(scalar.text());
      if (entry.isEmpty()) {
        found.add(unknown(group, scalar));
        return List.of();
      }
      return add(entry.get(), forTasks);
    }
    if (!(item instanceof YamlMapping mapping)) {
      found.add(
          new Problem(
              item.place().toString(),
              "a member of the group " + group + " is " + item.kind(),
              "write the name of a task, or a mapping with `task: NAME`"));
      return List.of();
    }
    boolean isGroup = mapping.get("group").isPresent();
    Optional<YamlNode> named = mapping.get(isGroup ? "group" : "task");
    if (named.isEmpty() || !(named.get() instanceof YamlScalar scalar)) {
      found.add(
          new Problem(
              mapping.place().toString(),
              "a member of the group " + group + " has neither `task` nor `group`",
              "write `task: NAME`"));
      return List.of();
    }
    Optional<TaskIndex.Entry> entry = index.get(scalar.text());
    Map<String, YamlMapping.Entry> own = new LinkedHashMap<>(forTasks);
    own.putAll(mapping.entries());
    if (entry.isPresent()) {
      GROUP_FIELDS.stream().filter(field -> !field.equals("metadata")).forEach(own::remove);
      return add(entry.get(), own);
    }
    String inline = group + "::" + scalar.text();
    TaskFile within = new TaskFile(file.path(), mapping.entries(), List.of(), List.of());
    if (isGroup) {
      group(inline, within, forTasks);
    } else {
      task(inline, new TaskFile(file.path(), own, List.of(), List.of()), Map.of());
    }
    return List.of(inline);
  }

  private Problem unknown(String group, YamlScalar name) {
    return new Problem(
        name.place().toString(),
        "the group " + group + " names " + name.text() + ", which no file defines",
        dev.espalier.yaml.NearestName.of(name.text(), index.names())
            .map(near -> "did you mean " + near + "?")
            .orElse("add the directory of its file"));
  }

  private static List<Aggregate> aggregates(FieldReader fields) {
    List<Aggregate> aggregates = new ArrayList<>();
    for (YamlMapping mapping : fields.mappings("aggregate_metric_list")) {
      FieldReader own = new FieldReader(mapping.entries(), fields.problems());
      own.refuseOthers(AGGREGATE_FIELDS, "`aggregate_metric_list`");
      Optional<String> metric = own.text("metric");
      if (metric.isEmpty()) {
        own.problem(mapping.place(), "an aggregate has no `metric`", "name the metric");
        continue;
      }
      String aggregation = own.scalar("aggregation").map(YamlScalar::text).orElse("mean");
      if (!aggregation.equals("mean")) {
        YamlPlace place = own.node("aggregation").orElseThrow().place();
        own.problem(place, "`" + aggregation + "` aggregates no group", "write mean");
      }
      List<String> filters = new ArrayList<>();
      for (YamlNode filter : own.items("filter_list")) {
        if (filter instanceof YamlScalar scalar) {
          filters.add(scalar.text());
        }
      }
      aggregates.add(
          new Aggregate(
              metric.get(), aggregation, own.truth("weight_by_size").orElse(true), filters));
    }
    return aggregates;
  }
}
