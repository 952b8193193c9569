package dev.espalier.eval.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.eval.Cell;
import dev.espalier.eval.CellResult;
import dev.espalier.eval.MetricScore;
import dev.espalier.eval.Sample;
import dev.espalier.eval.SweepResults;
import dev.espalier.eval.TaskGroup;
import dev.espalier.eval.page.MadeUpSweep;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SweepComparerTest {
  private static final MadeUpSweep SWEEP = MadeUpSweep.of(150);
  private static final Side BASE = side("base", Map.of("fewshot", "0"));

  private static Side side(String model, Map<String, String> fixed) {
    return new Side(model, SWEEP, model, fixed);
  }

  private static ComparisonOptions options(
      Optional<String> metric, Optional<String> cluster, Optional<String> by, Set<String> average) {
    return new ComparisonOptions(metric, cluster, by, average, 0.95, 0.8, 500, 1);
  }

  private static ComparisonOptions averaged() {
    return options(Optional.empty(), Optional.empty(), Optional.empty(), Set.of("seed"));
  }

  private static Map<String, Outcome.Verdict> verdicts(Comparison comparison) {
    return comparison.tasks().stream()
        .collect(
            Collectors.toMap(
                ComparedTask::task, task -> task.outcome().verdict(task.higherIsBetter(), 0.05)));
  }

  @Test
  void betterAndWorseModelsAreFoundAndEqualOnesAreNotToldApart() throws IOException {
    List<Comparison> comparisons =
        new SweepComparer(averaged())
            .compare(
                BASE,
                List.of(
                    side("equal", Map.of("fewshot", "0")),
                    side("better", Map.of("fewshot", "0")),
                    side("worse", Map.of("fewshot", "0"))));
    assertThat(verdicts(comparisons.get(0))).hasSize(8).doesNotContainValue(Outcome.Verdict.WORSE);
    assertThat(verdicts(comparisons.get(0)).values())
        .filteredOn(verdict -> verdict == Outcome.Verdict.UNCERTAIN)
        .hasSizeGreaterThanOrEqualTo(7);
    Map<String, Outcome.Verdict> better = verdicts(comparisons.get(1));
    assertThat(better.get("history")).isNotEqualTo(Outcome.Verdict.BETTER);
    assertThat(better.get("anatomy")).isEqualTo(Outcome.Verdict.BETTER);
    assertThat(better.get(MadeUpSweep.TEXT_TASK))
        .as("fewer bits are better")
        .isEqualTo(Outcome.Verdict.BETTER);
    assertThat(verdicts(comparisons.get(2)).values())
        .filteredOn(verdict -> verdict == Outcome.Verdict.WORSE)
        .hasSizeGreaterThanOrEqualTo(6);
    for (Comparison comparison : comparisons) {
      assertThat(comparison.notes()).allMatch(note -> note.contains("bits_per_byte is no mean"));
      for (ComparedTask task : comparison.tasks()) {
        Outcome outcome = task.outcome();
        assertThat(outcome.adjusted()).isGreaterThanOrEqualTo(outcome.pValue());
        assertThat(outcome.difference()).isBetween(outcome.lower(), outcome.upper());
        assertThat(task.unpaired() + task.changed()).isZero();
      }
    }
  }

  @Test
  void scoresAreThoseOfTheSweepAndFlipsAreTheDocumentsThatDiffer() throws IOException {
    Comparison comparison =
        new SweepComparer(options(Optional.empty(), Optional.empty(), Optional.empty(), Set.of()))
            .compare(
                side("base", Map.of("fewshot", "5")),
                List.of(side("better", Map.of("fewshot", "5"))))
            .get(0);
    assertThat(comparison.tasks()).hasSize(8 * 3);
    for (ComparedTask task : comparison.tasks()) {
      assertThat(task.axes()).containsOnlyKeys("seed");
      Outcome outcome = task.outcome();
      assertThat(outcome.first()).isCloseTo(score("base", task), within(1e-12));
      assertThat(outcome.second()).isCloseTo(score("better", task), within(1e-12));
      if (outcome.onlyFirst() >= 0) {
        assertThat(task.lost()).hasSize(outcome.onlyFirst());
        assertThat(task.gained()).hasSize(outcome.onlySecond());
        assertThat(outcome.difference() * outcome.documents())
            .isCloseTo(task.gained().size() - task.lost().size(), within(1e-9));
        assertThat(outcome.test()).isEqualTo(Outcome.Test.MCNEMAR);
      } else {
        assertThat(task.task()).isEqualTo(MadeUpSweep.TEXT_TASK);
        assertThat(outcome.test()).isEqualTo(Outcome.Test.RANDOMISATION);
      }
    }
  }

  private static double score(String model, ComparedTask task) {
    return SWEEP.cells().stream()
        .filter(result -> result.cell().model().equals(model))
        .filter(result -> result.cell().task().equals(task.task()))
        .filter(result -> result.cell().axes().get("fewshot").equals("5"))
        .filter(result -> result.cell().axes().entrySet().containsAll(task.axes().entrySet()))
        .flatMap(result -> result.scores().stream())
        .findFirst()
        .orElseThrow()
        .value();
  }

  @Test
  void groupsAreTheirTasksWeightedBySize() throws IOException {
    Comparison comparison =
        new SweepComparer(averaged()).compare(BASE, List.of(side("worse", BASE.fixed()))).get(0);
    assertThat(comparison.groups()).hasSize(1);
    ComparedGroup group = comparison.groups().get(0);
    List<ComparedTask> members =
        comparison.tasks().stream()
            .filter(task -> List.of("anatomy", "astronomy", "law", "history").contains(task.task()))
            .toList();
    assertThat(group.tasks()).isEqualTo(4);
    assertThat(group.outcome().documents()).isEqualTo(600);
    assertThat(group.outcome().difference())
        .isCloseTo(
            members.stream().mapToDouble(task -> task.outcome().difference()).average().orElse(0),
            within(1e-12));
    double variance =
        members.stream().mapToDouble(task -> Math.pow(task.outcome().standardError(), 2)).sum();
    assertThat(group.outcome().standardError()).isCloseTo(Math.sqrt(variance) / 4, within(1e-12));
  }

  @Test
  void clustersWidenIntervalsAndSubgroupsAddUp() throws IOException {
    Side better = side("better", BASE.fixed());
    Comparison plain = new SweepComparer(averaged()).compare(BASE, List.of(better)).get(0);
    SweepComparer comparer =
        new SweepComparer(
            options(
                Optional.empty(), Optional.of("passage"), Optional.of("subject"), Set.of("seed")));
    Comparison clustered = comparer.compare(BASE, List.of(better)).get(0);
    assertThat(comparer.columns()).contains("passage", "subject", "question");
    ComparedTask task = clustered.tasks().get(0);
    assertThat(task.outcome().clusters()).isEqualTo(30);
    assertThat(task.outcome().difference()).isEqualTo(plain.tasks().get(0).outcome().difference());
    assertThat(task.subgroups())
        .extracting(ComparedTask.Subgroup::value)
        .containsExactly("easy", "hard", "middle");
    assertThat(
            task.subgroups().stream()
                .mapToDouble(group -> group.outcome().difference() * group.outcome().documents())
                .sum())
        .isCloseTo(task.outcome().difference() * 150, within(1e-9));
  }

  @Test
  void oneModelUnderTwoChoicesOfAnAxisIsComparedToo() throws IOException {
    Comparison comparison =
        new SweepComparer(averaged())
            .compare(BASE, List.of(side("base", Map.of("fewshot", "5"))))
            .get(0);
    assertThat(comparison.tasks()).hasSize(8).allMatch(task -> task.axes().isEmpty());
    assertThat(verdicts(comparison)).doesNotContainValue(Outcome.Verdict.WORSE);
  }

  @Test
  void whatOnlyOneHasIsNotedAndADocumentThatChangedIsLeftOut() throws IOException {
    SweepResults fewer = new Changed(MadeUpSweep.of(100), "law", 3);
    Comparison comparison =
        new SweepComparer(averaged())
            .compare(BASE, List.of(new Side("other", fewer, "base", BASE.fixed())))
            .get(0);
    assertThat(comparison.notes()).anyMatch(note -> note.contains("law: only base has it"));
    ComparedTask task = comparison.tasks().get(0);
    assertThat(task.outcome().documents()).isEqualTo(99);
    assertThat(task.unpaired()).isEqualTo(50);
    assertThat(task.changed()).isEqualTo(1);
    assertThat(task.outcome().difference()).isZero();
    assertThat(task.outcome().pValue()).isEqualTo(1);
  }

  @Test
  void aScoreThatIsNoMeanIsNotTakenForOne() throws IOException {
    SweepResults mute = new Changed(SWEEP, "none", -1);
    Comparison comparison =
        new SweepComparer(averaged())
            .compare(
                new Side("a", mute, "base", BASE.fixed()),
                List.of(new Side("b", mute, "better", BASE.fixed())))
            .get(0);
    assertThat(comparison.tasks()).hasSize(7);
    assertThat(comparison.notes())
        .anyMatch(note -> note.contains("bits_per_byte") && note.contains("is not known"));
  }

  /** A sweep without a task, with another text in one document, or with scores of its own. */
  private record Changed(SweepResults sweep, String without, int other) implements SweepResults {
    @Override
    public String name() {
      return sweep.name();
    }

    @Override
    public List<CellResult> cells() {
      return sweep.cells().stream()
          .filter(result -> !result.cell().task().equals(without))
          .map(result -> other < 0 && result.cell().task().equals("prose") ? off(result) : result)
          .toList();
    }

    /** With scores that do not follow from the documents. */
    private static CellResult off(CellResult result) {
      return new CellResult(
          result.cell(),
          result.scores().stream()
              .map(
                  score ->
                      new MetricScore(
                          score.metric(),
                          score.filter(),
                          score.value() + 0.5,
                          score.standardError(),
                          score.higherIsBetter(),
                          score.documents()))
              .toList(),
          0,
          0,
          0,
          0);
    }

    @Override
    public List<TaskGroup> groups() {
      return sweep.groups();
    }

    @Override
    public Stream<Sample> samples(Cell cell) throws IOException {
      return sweep
          .samples(cell)
          .map(
              sample ->
                  new Sample(
                      sample.document(),
                      sample.filter(),
                      sample.responses(),
                      sample.filtered(),
                      sample.metrics(),
                      sample.document().id() == other ? "another" : sample.documentHash(),
                      sample.promptHash(),
                      sample.targetHash()));
    }
  }
}
