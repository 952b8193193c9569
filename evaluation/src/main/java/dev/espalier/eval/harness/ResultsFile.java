package dev.espalier.eval.harness;

import dev.espalier.eval.metric.GroupScore;
import dev.espalier.eval.metric.SampleHashes;
import dev.espalier.eval.metric.TaskScore;
import dev.espalier.jinja.PythonText;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Writes results as the harness does into {@code results_{date}.json}. */
public final class ResultsFile {

  /**
   * A task and what came of it.
   *
   * @param fields of the task file, as the harness lists them in {@code configs}
   * @param shots few-shot examples
   * @param size documents of the evaluated split, of which some may have been left out
   */
  public record TaskEntry(TaskScore score, Map<String, Object> fields, int shots, int size) {}

  /**
   * What a run says of itself.
   *
   * @param config the entries of {@code config}: {@code model}, {@code model_args} and so on
   * @param facts the entries between {@code config} and {@code task_hashes}: {@code git_hash},
   *     {@code date}, versions, the tokenizer's special tokens, {@code max_length}
   * @param source kind of model, such as {@code hf}
   * @param systemInstruction null for none, as the next two
   * @param seconds as text
   */
  public record Run(
      Map<String, Object> config,
      Map<String, Object> facts,
      String source,
      String model,
      String systemInstruction,
      Boolean multiturn,
      String chatTemplate,
      String seconds) {}

  private ResultsFile() {}

  /**
   * The whole file.
   *
   * @param tasks in the order in which they were run
   * @param groups those inside others first
   */
  public static String of(List<TaskEntry> tasks, List<GroupScore> groups, Run run) {
    Map<String, Object> file = new LinkedHashMap<>(evaluated(tasks, groups));
    file.put("config", run.config());
    file.putAll(run.facts());
    Map<String, Object> hashes = new LinkedHashMap<>();
    tasks.forEach(task -> hashes.put(task.score().task().task(), task.score().hash()));
    file.put("task_hashes", hashes);
    file.put("model_source", run.source());
    file.put("model_name", run.model());
    file.put("model_name_sanitized", sanitized(run.model()));
    file.put("system_instruction", run.systemInstruction());
    file.put("system_instruction_sha", hash(run.systemInstruction()));
    file.put("fewshot_as_multiturn", run.multiturn());
    file.put("chat_template", run.chatTemplate());
    file.put("chat_template_sha", hash(run.chatTemplate()));
    file.put("total_evaluation_time_seconds", run.seconds());
    return PythonText.json(file, 2, false);
  }

  /** The folder of a model's files, and its name in them. */
  public static String sanitized(String model) {
    return model.replaceAll("[\"<>:/|\\\\?*\\[\\]]+", "__");
  }

  private static String hash(String text) {
    return text == null || text.isEmpty() ? null : SampleHashes.sha256(text);
  }

  /** What was evaluated and what came of it, from {@code results} to {@code n-samples}. */
  public static Map<String, Object> evaluated(List<TaskEntry> tasks, List<GroupScore> groups) {
    Map<String, Object> results = new LinkedHashMap<>();
    Map<String, Object> configs = new TreeMap<>();
    Map<String, Object> versions = new TreeMap<>();
    Map<String, Object> shots = new TreeMap<>();
    Map<String, Object> higher = new TreeMap<>();
    Map<String, Object> counts = new LinkedHashMap<>();
    for (TaskEntry task : tasks) {
      String name = task.score().task().task();
      results.put(name, result(task.score()));
      configs.put(name, task.fields());
      versions.put(name, version(task.fields()));
      shots.put(name, (long) task.shots());
      higher.put(name, task.score().higherIsBetter());
      Map<String, Object> count = new LinkedHashMap<>();
      count.put("original", (long) task.size());
      count.put("effective", (long) task.score().documents());
      counts.put(name, count);
    }
    Map<String, Object> aggregated = new LinkedHashMap<>();
    Map<String, Object> members = new LinkedHashMap<>();
    for (GroupScore group : groups) {
      Map<String, Object> result = result(group);
      String name = group.group().name();
      results.put(name, result);
      if (!group.group().aggregates().isEmpty()) {
        aggregated.put(name, result);
      }
      members.put(name, group.group().members());
      versions.put(name, group.group().version().orElse("N/A"));
    }
    // The harness asks an outer group before its inner ones have anything to say.
    for (int i = groups.size() - 1; i >= 0; i--) {
      spread(groups.get(i), shots, higher);
    }
    Map<String, Object> file = new LinkedHashMap<>();
    file.put("results", results);
    if (!aggregated.isEmpty()) {
      file.put("groups", aggregated);
    }
    file.put("group_subtasks", members);
    file.put("configs", configs);
    file.put("versions", versions);
    file.put("n-shot", shots);
    file.put("higher_is_better", higher);
    file.put("n-samples", counts);
    return file;
  }

  private static Map<String, Object> result(TaskScore score) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("name", score.task().task());
    result.put("alias", score.task().alias());
    result.put("sample_len", (long) score.documents());
    result.putAll(score.results());
    return result;
  }

  private static Map<String, Object> result(GroupScore group) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("alias", group.group().alias());
    result.put("name", group.group().name());
    if (!group.group().aggregates().isEmpty()) {
      result.put("sample_len", (long) group.documents());
      result.putAll(group.results());
      if (!group.documentsOf().isEmpty()) {
        Map<String, Object> counts = new LinkedHashMap<>();
        group.documentsOf().forEach((key, count) -> counts.put(key, (long) count));
        result.put("sample_count", counts);
      }
    }
    return result;
  }

  private static Object version(Map<String, Object> fields) {
    return fields.get("metadata") instanceof Map<?, ?> metadata && metadata.containsKey("version")
        ? metadata.get("version")
        : "Yaml";
  }

  /** Says of a group what all its members agree on. */
  private static void spread(
      GroupScore group, Map<String, Object> shots, Map<String, Object> higher) {
    Set<Object> numbers = new HashSet<>();
    Map<String, Object> better = new LinkedHashMap<>();
    for (String member : group.group().members()) {
      if (shots.containsKey(member)) {
        numbers.add(shots.get(member));
      }
      if (higher.get(member) instanceof Map<?, ?> metrics) {
        for (Map.Entry<?, ?> metric : metrics.entrySet()) {
          String name = (String) metric.getKey();
          if (!better.containsKey(name)) {
            better.put(name, metric.getValue());
          } else if (better.get(name) != null && !better.get(name).equals(metric.getValue())) {
            better.put(name, null);
          }
        }
      }
    }
    String name = group.group().name();
    if (numbers.size() == 1) {
      shots.put(name, new ArrayList<>(numbers).get(0));
    }
    if (!better.isEmpty()) {
      higher.put(name, better);
    }
  }
}
