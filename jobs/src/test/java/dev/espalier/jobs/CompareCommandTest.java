package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.jobs.view.StoredSweep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareCommandTest {
  @TempDir static Path directory;
  private static Path sweep;

  @BeforeAll
  static void writeResults() throws IOException {
    sweep =
        new StoredSweep()
            .with("small", 120)
            .with("same", 120)
            .with("large", 170)
            .with("org/tuned:v2", 123)
            .write(directory.resolve("sweep"));
    new StoredSweep().with("small", 100).write(directory.resolve("days/2026-03-01"));
    new StoredSweep().with("small", 110).write(directory.resolve("days/2026-03-02"));
    new StoredSweep().with("small", 150).write(directory.resolve("days/2026-03-03"));
  }

  private static JobFolder.Ended run(Object... words) {
    List<String> all = new ArrayList<>(List.of("compare"));
    for (Object word : words) {
      all.add(word.toString());
    }
    return new JobFolder(directory).run(all.toArray(String[]::new));
  }

  private static JsonNode json(Object... words) throws IOException {
    List<Object> all = new ArrayList<>(List.of(words));
    all.add("--json");
    JobFolder.Ended ended = run(all.toArray());
    assertThat(ended.err()).isEmpty();
    return new ObjectMapper().readTree(ended.out());
  }

  @Test
  void modelsOfAFolderAreComparedWithTheFirst() throws IOException {
    JsonNode comparisons = json(sweep).get("comparisons");
    assertThat(comparisons).hasSize(3);
    assertThat(comparisons.get(0).at("/baseline/name").asText()).isEqualTo("small");
    assertThat(comparisons.get(0).at("/other/name").asText()).isEqualTo("same");
    for (JsonNode task : comparisons.get(0).get("tasks")) {
      assertThat(task.get("difference").asDouble()).isZero();
      assertThat(task.get("p_value").asDouble()).isEqualTo(1);
      assertThat(task.get("verdict").asText()).isEqualTo("uncertain");
    }
    JsonNode large = comparisons.get(1);
    assertThat(large.get("tasks")).hasSize(4);
    JsonNode task = large.get("tasks").get(0);
    assertThat(task.get("task").asText()).isEqualTo("law");
    assertThat(task.at("/axes/fewshot").asText()).isEqualTo("0");
    // 50 questions more, of which every tenth is the other way round.
    assertThat(task.get("only_other_right").asInt()).isEqualTo(45);
    assertThat(task.get("only_baseline_right").asInt()).isEqualTo(5);
    assertThat(task.get("lost")).hasSize(5);
    assertThat(task.get("difference").asDouble()).isCloseTo(0.2, within(1e-12));
    assertThat(task.get("test").asText()).isEqualTo("McNemar");
    assertThat(task.get("verdict").asText()).isEqualTo("better");
    assertThat(large.get("groups").get(0).get("documents").asInt()).isEqualTo(400);
  }

  @Test
  void theTableSaysTheSameInWords() {
    JobFolder.Ended ended = run(sweep + ":small", sweep + ":large", "--flips", "2");
    assertThat(ended.code()).isZero();
    assertThat(ended.out())
        .startsWith("large against small\n")
        .contains("+0.2000")
        .contains("[reasoning]")
        .contains("better on 4, worse on 0, not certain on 0")
        .contains("law fewshot=0: lost 5\n")
        .contains("law fewshot=0: gained 45\n")
        .contains("  100  Q: which is case 100? A:\n")
        .contains("      right:    this one\n      baseline: that one\n      other:    this one\n")
        .doesNotContain("org/tuned");
  }

  @Test
  void wordsNameModelsCellsAndFolders() throws IOException {
    Map<List<Object>, List<String>> named =
        Map.of(
            List.of(sweep + ":org/tuned:v2", sweep + ":large"), List.of("org/tuned:v2", "large"),
            List.of(sweep + ":small@fewshot=0", sweep + ":large@fewshot=5"),
                List.of("small@fewshot=0", "large@fewshot=5"),
            List.of(sweep, "--baseline", "large", "--task", "law"), List.of("large", "small"),
            List.of(directory.resolve("days/2026-03-01"), directory.resolve("days/2026-03-03")),
                List.of("2026-03-01:small", "2026-03-03:small"),
            List.of(directory.resolve("days"), "--baseline", "2026-03-02"),
                List.of("2026-03-02:small", "2026-03-01:small"),
            List.of(sweep + ":before", sweep + ":large@fewshot=0"),
                List.of("before", "large@fewshot=0"),
            List.of(sweep + ":large", "--baseline", sweep + ":small"), List.of("small", "large"));
    for (Map.Entry<List<Object>, List<String>> entry : named.entrySet()) {
      JsonNode first = json(entry.getKey().toArray()).get("comparisons").get(0);
      assertThat(List.of(first.at("/baseline/name").asText(), first.at("/other/name").asText()))
          .as("%s", entry.getKey())
          .isEqualTo(entry.getValue());
      assertThat(first.get("tasks")).isNotEmpty();
    }
    assertThat(
            json(sweep + ":small@fewshot=0", sweep + ":large@fewshot=5").at("/comparisons/0/tasks"))
        .hasSize(2);
  }

  @Test
  void columnsMakeClustersAndSubgroups() throws IOException {
    JsonNode task =
        json(sweep + ":small", sweep + ":large", "--cluster", "text", "--by", "subject")
            .at("/comparisons/0/tasks/0");
    assertThat(task.get("clusters").asInt()).isEqualTo(50);
    assertThat(task.get("test").asText()).isEqualTo("t");
    assertThat(task.get("design_effect").asDouble()).isGreaterThan(1);
    assertThat(task.get("by")).hasSize(2);
    assertThat(task.at("/by/0/value").asText()).isEqualTo("even");
    JsonNode averaged =
        json(sweep + ":small", sweep + ":large", "--average", "fewshot").at("/comparisons/0");
    assertThat(averaged.get("tasks")).hasSize(2);
    assertThat(averaged.at("/tasks/0/axes")).isEmpty();
  }

  @Test
  void aConditionThatHoldsIsExitCodeFive() {
    String small = sweep + ":small";
    String large = sweep + ":large";
    String tuned = sweep + ":org/tuned:v2";
    Map<List<String>, Integer> codes =
        Map.ofEntries(
            Map.entry(List.of(large, small, "worse:law by 0.01"), 5),
            Map.entry(List.of(large, small, "worse:law by 20%"), 5),
            Map.entry(List.of(large, small, "worse:law by 0.21"), 0),
            Map.entry(List.of(large, small, "worse:any"), 5),
            Map.entry(List.of(large, small, "worse:l*ic by 0.1"), 5),
            Map.entry(List.of(large, small, "worse:reasoning"), 5),
            Map.entry(List.of(small, large, "worse:law by 0.01"), 0),
            Map.entry(List.of(small, large, "better: law"), 5),
            Map.entry(List.of(small, large, "different:logic by 0.05"), 5),
            // Three questions of 200: too few to be sure of, but seen.
            Map.entry(List.of(tuned, small, "worse:law"), 0),
            Map.entry(List.of(tuned, small, "seems worse:law by .01"), 5),
            Map.entry(List.of(tuned, small, "seems worse:law by 0.02"), 0),
            Map.entry(List.of(small, tuned, "maybe worse:law by 0.05"), 0),
            Map.entry(List.of(tuned, small, "maybe worse:law by 0.02"), 5));
    codes.forEach(
        (words, code) -> {
          JobFolder.Ended ended = run(words.get(0), words.get(1), "--fail-if", words.get(2));
          assertThat(ended.code()).as("%s\n%s", words, ended.out()).isEqualTo(code);
          assertThat(ended.out().contains("failed: ")).isEqualTo(code == 5);
        });
  }

  @Test
  void aConditionMayNameAMetric() {
    Map<String, Integer> codes =
        Map.of(
            "better:law acc by 0.2",
            5,
            "better:any acc,none",
            2,
            "better:law acc by 0.3",
            0,
            "better:law f1 by 0.1",
            2,
            "better:reasoning acc",
            5);
    codes.forEach(
        (condition, code) -> {
          JobFolder.Ended ended = run(sweep + ":small", sweep + ":large", "--fail-if", condition);
          assertThat(ended.code()).as("%s\n%s", condition, ended.out()).isEqualTo(code);
        });
    assertThat(run(sweep, "--fail-if", "better:law ac").err())
        .contains("there is no metric of `law` `ac`")
        .contains("did you mean acc?");
  }

  @Test
  void resultsOfEarlierDaysAreBaselinesAndALineInTheReport() throws IOException {
    Path folder = directory.resolve("kept");
    new StoredSweep().with("small", 100).with("large", 150).write(folder, "2026-03-01");
    new StoredSweep().with("small", 100).with("large", 150).write(folder, "2026-03-02");
    new StoredSweep().with("small", 100).with("large", 170).write(folder, "2026-03-03");

    JsonNode comparisons = json(folder, "--baseline", "2026-03-01").get("comparisons");

    assertThat(comparisons).hasSize(2);
    assertThat(comparisons.at("/0/baseline/name").asText()).isEqualTo("2026-03-01:small");
    assertThat(comparisons.at("/0/tasks/0/difference").asDouble()).isZero();
    assertThat(comparisons.at("/1/other/name").asText()).isEqualTo("large");
    assertThat(comparisons.at("/1/tasks/0/difference").asDouble()).isPositive();
    assertThat(json(folder, "--baseline", "previous").at("/comparisons/0/baseline/name").asText())
        .isEqualTo("2026-03-02:small");
    assertThat(json(folder).at("/comparisons")).hasSize(1);
    assertThat(
            json(folder + ":large@results=2026-03-02,fewshot=0", folder + ":large@fewshot=0")
                .at("/comparisons/0/tasks"))
        .hasSize(2);
    assertThat(run(folder, "--baseline", "2026-04-01").err())
        .contains("there are small, large, 2026-03-01, 2026-03-02, 2026-03-03");
    assertThat(run(sweep, "--baseline", "previous").code()).isEqualTo(2);

    JobFolder files = new JobFolder(directory);
    assertThat(files.run("report", folder.toString()).code()).isZero();
    String page = Files.readString(folder.resolve("report.html"));
    String latest = Files.readString(reported(files, folder, "one.html", "--last", "1"));
    assertThat(page).isNotEqualTo(latest);
    // The first two days are equal, so that the page has two of the three.
    assertThat(Files.readString(reported(files, folder, "two.html", "--last", "2")))
        .isEqualTo(page);
  }

  private static Path reported(JobFolder files, Path folder, String name, String... options) {
    Path page = directory.resolve(name);
    List<String> words =
        new ArrayList<>(List.of("report", folder.toString(), "-o", page.toString()));
    words.addAll(List.of(options));
    assertThat(files.run(words.toArray(String[]::new)).code()).isZero();
    return page;
  }

  @Test
  void whatIsWrongIsExitCodeTwoWithAReason() {
    String small = sweep + ":small";
    Map<List<String>, String> reasons =
        Map.ofEntries(
            Map.entry(List.of(sweep.toString(), "--fail-if", "worse law"), "worse:mmlu by 0.01"),
            Map.entry(List.of(sweep.toString(), "--fail-if", "worse:law by much"), "--fail-if is"),
            Map.entry(List.of(sweep.toString(), "--fail-if", "worse:law by -1"), "--fail-if is"),
            Map.entry(List.of(sweep.toString(), "--fail-if", "worse:lwa"), "did you mean law?"),
            Map.entry(List.of(sweep + ":smal", small), "did you mean small?"),
            Map.entry(List.of(small, sweep + ":large@fewshots=0"), "did you mean fewshot?"),
            Map.entry(List.of(small, sweep + ":large@fewshot=3"), "fewshot is never `3`"),
            Map.entry(List.of(small, sweep + ":large@fewshot"), "write @AXIS=VALUE"),
            Map.entry(List.of(small), "nothing to compare it with"),
            Map.entry(List.of("no-such-folder"), "holds no results of a sweep"),
            Map.entry(List.of(sweep.toString(), "--baseline", "larg"), "did you mean large?"),
            Map.entry(List.of(sweep.toString(), "--cluster", "txt"), "did you mean text?"),
            Map.entry(List.of(sweep.toString(), "--by", "nothing"), "no column `nothing`"),
            Map.entry(List.of(sweep.toString(), "--average", "seed"), "no axis `seed`"),
            Map.entry(List.of(sweep.toString(), "--metric", "f1"), "there is no metric f1"),
            Map.entry(List.of(sweep.toString(), "--task", "x"), "nothing that both models have"),
            Map.entry(List.of(sweep.toString(), "--confidence", "95"), "between 0 and 1"),
            Map.entry(List.of(sweep.toString(), "--replicates", "1"), "from 2 on"),
            Map.entry(List.of(), "is missing"));
    reasons.forEach(
        (words, reason) -> {
          JobFolder.Ended ended = run(words.toArray());
          assertThat(ended.code()).as("%s %s", words, ended.out()).isEqualTo(2);
          assertThat(ended.err()).as("%s", words).contains(reason).doesNotContain("Exception");
        });
  }

  @Test
  void aReportIsWrittenWhereItIsAskedFor() throws IOException {
    JobFolder folder = new JobFolder(directory);
    Path page = directory.resolve("pages/report.html");
    JobFolder.Ended ended = folder.run("report", sweep.toString(), "-o", page.toString());
    assertThat(ended.err()).isEmpty();
    assertThat(ended.code()).isZero();
    assertThat(ended.out()).contains("wrote ").contains("report.html");
    assertThat(Files.readString(page)).contains("<title>nightly – Espalier</title>");
    byte[] first = Files.readAllBytes(page);
    folder.run("report", sweep.toString(), "-o", page.toString());
    assertThat(Files.readAllBytes(page)).isEqualTo(first);
    assertThat(page.getParent()).isDirectoryNotContaining("glob:**.tmp");
    assertThat(folder.run("report", directory.resolve("days").toString()).code()).isZero();
    assertThat(directory.resolve("days/report.html")).isNotEmptyFile();
    JobFolder.Ended missing = folder.run("report", directory.resolve("none").toString());
    assertThat(missing.code()).isEqualTo(2);
    assertThat(missing.err()).contains("holds no results of a sweep");
  }
}
