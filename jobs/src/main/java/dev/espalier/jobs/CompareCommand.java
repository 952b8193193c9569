package dev.espalier.jobs;

import dev.espalier.eval.CellResult;
import dev.espalier.eval.compare.Comparison;
import dev.espalier.eval.compare.ComparisonOptions;
import dev.espalier.eval.compare.MetricKey;
import dev.espalier.eval.compare.Side;
import dev.espalier.eval.compare.SweepComparer;
import dev.espalier.eval.compare.SweepComparer.SidePair;
import dev.espalier.jobs.view.ComparisonJson;
import dev.espalier.jobs.view.ComparisonText;
import dev.espalier.jobs.view.FailCondition;
import dev.espalier.jobs.view.FlippedDocuments;
import dev.espalier.jobs.view.ResultsFolder;
import dev.espalier.jobs.view.SideWords;
import dev.espalier.row.Problem;
import dev.espalier.yaml.NearestName;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier compare}. */
@Command(
    name = "compare",
    description =
        "Says which models of evaluated sweeps are better than a baseline, on what, and how sure"
            + " that is.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {"0:done", "2:bad configuration", "5:a condition of --fail-if holds"})
final class CompareCommand implements Callable<Integer> {
  private static final String PLACE = "espalier compare";

  @Spec private CommandSpec spec;
  @Mixin private StorageSettings settings = new StorageSettings();

  @Parameters(
      paramLabel = "FOLDER[:MODEL][@AXIS=VALUE,...]",
      arity = "1..*",
      description = "Results to compare; the first is the baseline.")
  private List<String> words;

  @Option(
      names = "--baseline",
      paramLabel = "NAME",
      description = "Another baseline: a model, one of the words, or a folder inside FOLDER.")
  private String baseline;

  @Option(
      names = "--task",
      paramLabel = "NAME",
      description = "Only this task; * stands for any characters. May be repeated.")
  private List<String> tasks = List.of();

  @Option(
      names = "--metric",
      paramLabel = "NAME[,FILTER]",
      description = "Compares by it; by the first of each task unless given.")
  private String metric;

  @Option(
      names = "--cluster",
      paramLabel = "COLUMN",
      description = "Documents with equal values in this column go together.")
  private String cluster;

  @Option(
      names = "--by",
      paramLabel = "COLUMN",
      description = "Compares also the documents with each value of this column.")
  private String by;

  @Option(
      names = "--average",
      paramLabel = "AXIS",
      description = "Takes the mean over this axis first, such as seed. May be repeated.")
  private List<String> average = List.of();

  @Option(
      names = "--flips",
      paramLabel = "N",
      defaultValue = "0",
      description = "Shows N documents of each task that got worse, and N that got better.")
  private int flips;

  @Option(
      names = "--fail-if",
      paramLabel = "CONDITION",
      description =
          "Ends with exit code 5 if it holds, such as \"worse:mmlu by 0.01\". May be repeated.")
  private List<String> conditions = List.of();

  @Option(
      names = "--confidence",
      paramLabel = "SHARE",
      defaultValue = "0.95",
      description = "Of intervals; tests are made at one less this. ${DEFAULT-VALUE} unless given.")
  private double confidence;

  @Option(
      names = "--power",
      paramLabel = "SHARE",
      defaultValue = "0.8",
      description =
          "How often the smallest visible effect would be found. ${DEFAULT-VALUE} unless given.")
  private double power;

  @Option(
      names = "--replicates",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Of scores that are no means. ${DEFAULT-VALUE} unless given.")
  private int replicates;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1234",
      description = "Of these replicates. ${DEFAULT-VALUE} unless given.")
  private long seed;

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    List<Problem> problems = new ArrayList<>();
    List<FailCondition> failIf = new ArrayList<>();
    conditions.forEach(text -> FailCondition.parse(text, problems).ifPresent(failIf::add));
    range("--confidence", confidence, problems);
    range("--power", power, problems);
    if (replicates < 2 || replicates > 10_000_000) {
      problems.add(
          new Problem(PLACE, "--replicates is " + replicates, "write a whole number from 2 on"));
    }
    if (flips < 0) {
      problems.add(new Problem(PLACE, "--flips is " + flips, "write a whole number"));
    }
    ResultsFolder folders = new ResultsFolder(settings.options());
    List<SidePair> pairs =
        new SideWords(folders, problems).pairs(words, Optional.ofNullable(baseline));
    Set<String> axes = new TreeSet<>();
    pairs.stream()
        .flatMap(pair -> Stream.of(pair.baseline(), pair.other()))
        .flatMap(side -> side.cells().stream())
        .forEach(result -> axes.addAll(result.cell().axes().keySet()));
    for (String axis : pairs.isEmpty() ? List.<String>of() : average) {
      if (!axes.contains(axis)) {
        problems.add(unknown("--average", axis, "axis", axes));
      }
    }
    refuse(problems);
    return compare(pairs, failIf);
  }

  private static void range(String option, double value, List<Problem> problems) {
    if (!(value > 0 && value < 1)) {
      problems.add(new Problem(PLACE, option + " is " + value, "write a number between 0 and 1"));
    }
  }

  private static void refuse(List<Problem> problems) throws ConfigurationException {
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }

  private static Problem unknown(String option, String name, String kind, Set<String> there) {
    return new Problem(
        PLACE,
        option + ": there is no " + kind + " `" + name + "`",
        (there.isEmpty() ? "there is none" : "there are " + String.join(", ", there))
            + NearestName.hint("; ", name, there));
  }

  private int compare(List<SidePair> pairs, List<FailCondition> failIf)
      throws IOException, ConfigurationException {
    ComparisonOptions options =
        new ComparisonOptions(
            Optional.ofNullable(metric),
            Optional.ofNullable(cluster),
            Optional.ofNullable(by),
            Set.copyOf(average),
            confidence,
            power,
            replicates,
            seed);
    SweepComparer comparer = new SweepComparer(options);
    List<Comparison> comparisons = comparer.compare(pairs, this::isWanted);
    Map<String, List<Comparison>> byMetric = new HashMap<>();
    for (FailCondition condition : failIf) {
      if (condition.metric().isPresent() && !byMetric.containsKey(condition.metric().get())) {
        String name = condition.metric().get();
        byMetric.put(name, comparer.compare(pairs, this::isWanted, name));
      }
    }
    Function<FailCondition, List<Comparison>> about =
        condition -> condition.metric().map(byMetric::get).orElse(comparisons);
    refuse(problems(comparer, comparisons, failIf, about));
    List<String> failed =
        failIf.stream()
            .flatMap(condition -> condition.holds(about.apply(condition), options.level()).stream())
            .toList();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(new ComparisonJson(options).text(comparisons, failed));
    } else {
      String gap = "";
      for (Comparison comparison : comparisons) {
        out.print(gap + new ComparisonText(comparison, options.level()).text());
        if (flips > 0) {
          out.print(new FlippedDocuments(comparison, flips).text());
        }
        gap = "\n";
      }
      failed.forEach(reason -> out.println("failed: " + reason));
    }
    out.flush();
    return failed.isEmpty() ? Espalier.DONE : Espalier.CONDITION_HOLDS;
  }

  private boolean isWanted(String task) {
    return tasks.isEmpty()
        || tasks.stream().anyMatch(pattern -> FailCondition.matches(pattern, task));
  }

  /** The metrics of the tasks that a condition is about. */
  private static Set<String> metrics(List<Comparison> comparisons, FailCondition condition) {
    Set<String> metrics = new TreeSet<>();
    for (Comparison comparison : comparisons) {
      for (Side side : List.of(comparison.baseline(), comparison.other())) {
        for (CellResult cell : side.cells()) {
          if (condition.isAbout(cell.cell().task())) {
            cell.scores().forEach(score -> metrics.add(MetricKey.of(score).toString()));
          }
        }
      }
    }
    return metrics;
  }

  /** What shows only when the samples have been read. */
  private List<Problem> problems(
      SweepComparer comparer,
      List<Comparison> comparisons,
      List<FailCondition> failIf,
      Function<FailCondition, List<Comparison>> about) {
    List<Problem> problems = new ArrayList<>();
    Set<String> columns = comparer.columns();
    if (cluster != null && !columns.isEmpty() && !columns.contains(cluster)) {
      problems.add(unknown("--cluster", cluster, "column", columns));
    }
    if (by != null && !columns.isEmpty() && !columns.contains(by)) {
      problems.add(unknown("--by", by, "column", columns));
    }
    boolean none = comparisons.stream().allMatch(comparison -> comparison.tasks().isEmpty());
    if (none && problems.isEmpty()) {
      List<String> notes =
          comparisons.stream().flatMap(comparison -> comparison.notes().stream()).toList();
      problems.add(
          new Problem(
              PLACE,
              "there is nothing that both models have",
              notes.isEmpty()
                  ? "check --task, and that both were evaluated on the same tasks"
                  : String.join("; ", notes.subList(0, Math.min(5, notes.size())))));
    }
    Set<String> names = new LinkedHashSet<>();
    comparisons.forEach(
        comparison -> {
          comparison.tasks().forEach(task -> names.add(task.task()));
          comparison.groups().forEach(group -> names.add(group.group()));
        });
    for (FailCondition condition : failIf) {
      if (none || condition.isAboutSomeOf(about.apply(condition))) {
        continue;
      }
      if (condition.metric().isEmpty() || !condition.isAboutSomeOf(comparisons)) {
        problems.add(unknown("--fail-if", condition.name(), "task or group", names));
      } else {
        problems.add(
            unknown(
                "--fail-if",
                condition.metric().get(),
                "metric of `" + condition.name() + "`",
                metrics(comparisons, condition)));
      }
    }
    return problems;
  }
}
