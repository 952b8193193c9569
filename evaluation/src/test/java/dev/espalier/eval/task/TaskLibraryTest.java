package dev.espalier.eval.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.espalier.eval.TaskGroup;
import dev.espalier.row.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskLibraryTest {
  private static final String TASK =
      "test_split: test\ndoc_to_text: '{{q}}'\ndoc_to_target: '{{a}}'\n";

  @TempDir Path root;

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private TaskSelection find(String... names) throws TaskException {
    return TaskLibrary.open(List.of(root.toString())).find(List.of(names));
  }

  private List<String> problems(String... names) {
    TaskException refused = catchThrowableOfType(TaskException.class, () -> find(names));
    return refused.problems().stream()
        .map(Problem::toString)
        .map(problem -> problem.replace(root + "/", ""))
        .toList();
  }

  private static List<String> names(TaskSelection selection) {
    return selection.tasks().stream().map(Task::name).toList();
  }

  @Test
  void namesPatternsTagsAndFilesChooseTasks() throws Exception {
    write("a.yaml", "task: own_a\ntag: [first, both]\n" + TASK);
    write("deep/b.yaml", "task: own_b\ntag: both\n" + TASK);
    write("deep/__pycache__/c.yaml", "task: own_c\n" + TASK);
    write("deep/half", "task: own_half\n" + TASK);
    assertThat(names(find("own_b", "own_a"))).containsExactly("own_b", "own_a");
    assertThat(names(find("both"))).containsExactly("own_a", "own_b");
    assertThat(names(find("own_[!b]"))).containsExactly("own_a");
    assertThat(names(find("own_?", "own_a"))).containsExactly("own_a", "own_b");
    assertThat(names(find(root.resolve("deep/b.yaml").toString()))).containsExactly("own_b");
    assertThat(problems("own_half")).hasSize(1);
    assertThat(problems("own_x").get(0))
        .startsWith("own_x: there is no task, group or tag of this name")
        .contains("did you mean own_a?");
  }

  @Test
  void whatIsIncludedIsReplacedByWhatIsNearer() throws Exception {
    write("base/_all", "dataset_path: one\ndescription: base\nnum_fewshot: 3\n" + TASK);
    write("base/_half", "include: _all\ndescription: half\ntask_list: [x]\n");
    write("task.yaml", "include: base/_half\ntask: own\ndataset_path: two\n");
    Task task = find("own").task("own").orElseThrow();
    assertThat(task.fields())
        .containsEntry("description", "half")
        .containsEntry("dataset_path", "two")
        .containsEntry("num_fewshot", 3L)
        .containsEntry("target_delimiter", " ")
        .doesNotContainKeys("include", "task_list");
    assertThat(task.shots(OptionalInt.empty())).isEqualTo(3);
    assertThat(task.shots(OptionalInt.of(5))).isEqualTo(5);
  }

  @Test
  void fieldsAreListedAsTheHarnessDoes() throws Exception {
    write("a.yaml", "task: own\ndataset_kwargs: {trust_remote_code: true, b: 1}\n" + TASK);
    Map<String, Object> fields = find("own").task("own").orElseThrow().fields();
    assertThat(fields).containsEntry("dataset_kwargs", Map.of("b", 1L));
    assertThat(fields.keySet())
        .containsSubsequence("task", "fewshot_config", "num_fewshot", "output_type", "repeats");
  }

  @Test
  void aTaskThatSaysNoShotsKeepsToIt() throws Exception {
    write("a.yaml", "task: own\nnum_fewshot: 0\n" + TASK);
    assertThat(find("own").tasks().get(0).shots(OptionalInt.of(5))).isZero();
  }

  @Test
  void aCircleOfIncludesIsToldWithItsChain() throws Exception {
    write("a.yaml", "include: b\ntask: own\n" + TASK);
    write("b", "include: c\n");
    write("c", "include: b\n");
    assertThat(problems(root.resolve("a.yaml").toString()))
        .singleElement()
        .asString()
        .startsWith("c:1:10: task files include each other in a circle: ")
        .contains("a.yaml > b > c > b");
  }

  @Test
  void groupsGiveTheirFieldsToTheirTasks() throws Exception {
    write("a.yaml", "task: own_a\ntag: some\n" + TASK);
    write("b.yaml", "task: own_b\ntag: some\n" + TASK);
    write(
        "g.yaml",
        """
        group: all
        group_alias: All
        num_fewshot: 2
        task:
          - some
          - group: inner
            task:
              - task: new
                test_split: test
                doc_to_text: x
                doc_to_target: y
            aggregate_metric_list: [{metric: acc, weight_by_size: false, filter_list: none}]
        aggregate_metric_list: {metric: acc}
        metadata: {version: 2.10}
        """);
    TaskSelection selection = find("all");
    assertThat(names(selection)).containsExactly("own_a", "own_b", "all::inner::new");
    assertThat(selection.tasks()).allMatch(task -> task.shots(OptionalInt.empty()) == 2);
    TaskGroup all = selection.groups().get(0);
    assertThat(all.name()).isEqualTo("all");
    assertThat(all.alias()).isEqualTo("All");
    assertThat(all.version()).contains("2.1");
    assertThat(all.members()).containsExactly("own_a", "own_b", "all::inner");
    assertThat(all.aggregates().get(0).weightBySize()).isTrue();
    TaskGroup inner = selection.groups().get(1);
    assertThat(inner.name()).isEqualTo("all::inner");
    assertThat(inner.aggregates().get(0).weightBySize()).isFalse();
    assertThat(inner.aggregates().get(0).filters()).containsExactly("none");
  }

  @Test
  void allThatIsWrongWithAllFilesIsToldAtOnceWithItsPlace() throws Exception {
    write(
        "a.yaml",
        """
        task: own_a
        test_split: test
        doc_to_txt: x
        doc_to_text: "a {{ b"
        doc_to_target: |
          one
            {{ c | nofilter }}
        output_type: choice
        num_fewshot: few
        fewshot_config: {sampler: last, splt: train}
        metric_list:
          - aggregation: mean
        """);
    write("b.yaml", "task: own_b\ndoc_to_text: x\nrepeats: 0\n");
    List<String> problems = problems("own_a", "own_b");
    assertThat(problems)
        .anyMatch(each -> each.startsWith("a.yaml:3:1: `doc_to_txt` is no field of a task"))
        .anyMatch(each -> each.contains("did you mean doc_to_text?"))
        .anyMatch(each -> each.startsWith("a.yaml:4:17: `doc_to_text` is no template"))
        .anyMatch(each -> each.startsWith("a.yaml:7:12: `doc_to_target` is no template"))
        .anyMatch(each -> each.startsWith("a.yaml:8:14: `choice` is no output type"))
        .anyMatch(each -> each.startsWith("a.yaml:9:14: `num_fewshot` is a whole number"))
        .anyMatch(each -> each.startsWith("a.yaml:10:27: `last` is no sampler"))
        .anyMatch(each -> each.startsWith("a.yaml:10:33: `splt` is no field"))
        .anyMatch(each -> each.startsWith("a.yaml:12:5: an entry of `metric_list` has no `metric`"))
        .anyMatch(each -> each.startsWith("b.yaml:1:1: the task has neither `test_split`"))
        .anyMatch(each -> each.startsWith("b.yaml:1:1: the task has no `doc_to_target`"))
        .anyMatch(each -> each.startsWith("b.yaml:3:10: `repeats` is 0"));
  }

  @Test
  void pythonWithoutATwinIsRefusedByName() throws Exception {
    write("a.yaml", "task: own\nprocess_docs: !function mine.clean\n" + TASK);
    write("mine.py", "def clean(docs):\n    return docs\n");
    assertThat(problems("own"))
        .singleElement()
        .asString()
        .startsWith("a.yaml:2:15: `!function mine.clean` needs Python, and has no twin here")
        .contains("JSON Lines");
  }

  @Test
  void aTwinIsKnownByThePlaceOfItsFile() throws Exception {
    write(
        "race/a.yaml",
        "task: own\n" + TASK.replace("'{{q}}'", "!function preprocess_race.doc_to_text"));
    assertThat(find("own").warnings()).isEmpty();
    write("race/preprocess_race.py", "def doc_to_text(doc):\n    return doc['article']\n");
    assertThat(find("own").warnings())
        .singleElement()
        .asString()
        .contains("is not the text that its twin was written from");
    write("race/preprocess_race.py", "def other(doc):\n    pass\n");
    assertThat(problems("own")).hasSize(1);
  }

  @Test
  void theLaterOfTwoEqualKeysCountsAndIsTold() throws Exception {
    write("a.yaml", "task: own\nnum_fewshot: 1\nnum_fewshot: 2\n" + TASK);
    TaskSelection selection = find("own");
    assertThat(selection.tasks().get(0).shots(OptionalInt.empty())).isEqualTo(2);
    assertThat(selection.warnings()).hasSize(1);
  }

  @Test
  void groupsThatHoldEachOtherAreRefused() throws Exception {
    write("a.yaml", "group: one\ntask: [two]\n");
    write("b.yaml", "group: two\ntask: [one, missing]\n");
    assertThat(problems("one"))
        .anyMatch(each -> each.contains("groups hold each other in a circle: one > two > one"))
        .anyMatch(each -> each.startsWith("b.yaml:2:13: the group two names missing"));
  }
}
