package dev.espalier.jobs;

import dev.espalier.jobs.estimate.DeviceSpec;
import dev.espalier.jobs.eval.SweepFile;
import dev.espalier.row.Problem;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code espalier plan}. */
@Command(
    name = "plan",
    description =
        "Checks a job, reads and plans its rows, and says what the run would take; or the cells of"
            + " a sweep, and what they would take. Runs no model and writes nothing.",
    mixinStandardHelpOptions = true)
final class PlanCommand implements Callable<Integer> {
  private static final Pattern SEVERAL = Pattern.compile("([1-9][0-9]{0,3})x(.+)");

  @Spec private CommandSpec spec;
  @Mixin private JobOverrides overrides;
  @Mixin private TrialOptions trial;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      description =
          "Estimates the time on this device: cpu, or a GPU such as h200, or 4xh200 for four.")
  private String device;

  @Option(
      names = "--refresh",
      description =
          "Plans a refresh, which is the default if the table has snapshots and the job has an"
              + " input.id.")
  private boolean refresh;

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    if (SweepFile.isSweep(overrides.file())) {
      return planSweep();
    }
    TrialReading trialReading = TrialReading.of(overrides, trial);
    BeamWarmUp.begin(trialReading.job().job());
    List<Problem> problems = new ArrayList<>(trialReading.job().problems());
    Optional<PlanDevice> named = device == null ? Optional.empty() : device(problems);
    JobFile.Reading reading =
        new JobFile.Reading(trialReading.job().job(), problems, trialReading.job().places());
    PrintWriter err = spec.commandLine().getErr();
    PreparedJob job = JobCheck.look(reading, trialReading.rows(), err);
    boolean refreshes =
        job.way() == PreparedJob.Way.SNAPSHOT && !job.file().input().ids().isEmpty();
    if (refresh || refreshes) {
      job = JobCheck.lookAtRefresh(reading, err);
    }
    PlanReport report = PlanReports.of(job, JobPlan.of(job), named);
    PrintWriter out = spec.commandLine().getOut();
    out.print(PlainUrls.in(json ? report.json() : report.text()));
    out.flush();
    return Espalier.DONE;
  }

  private int planSweep() throws Exception {
    List<Problem> problems = new ArrayList<>();
    RowSelection rows = trial.selection(0L, problems);
    List<String> limit =
        rows instanceof RowSelection.First first ? List.of("limit=" + first.rows()) : List.of();
    if (limit.isEmpty() && rows.suffix().isPresent()) {
      problems.add(
          new Problem(
              overrides.file().toString(),
              "a sweep has no rows to choose from by --sample or --ids",
              "write --limit N for the first documents of each task"));
    }
    SweepOptions options = overrides.sweep(limit);
    problems.addAll(options.reading().problems());
    Optional<PlanDevice> named = device == null ? Optional.empty() : device(problems);
    BeamWarmUp.begin();
    PrintWriter err = spec.commandLine().getErr();
    Sweep sweep =
        SweepCheck.prepare(
            options.file(),
            new SweepFile.Reading(options.reading().sweep(), problems),
            options.storage(),
            options.variables(),
            false,
            err);
    SweepPlan plan = SweepPlan.of(sweep, named, err);
    PrintWriter out = spec.commandLine().getOut();
    out.print(PlainUrls.in(json ? plan.json() : plan.text()));
    out.flush();
    return Espalier.DONE;
  }

  private Optional<PlanDevice> device(List<Problem> problems) {
    Matcher several = SEVERAL.matcher(device);
    int count = several.matches() ? Integer.parseInt(several.group(1)) : 1;
    String name = several.matches() ? several.group(2) : device;
    Optional<PlanDevice> found =
        name.equalsIgnoreCase("cpu") && count == 1
            ? Optional.of(PlanDevice.cpu(0))
            : DeviceSpec.gpu(name).map(gpu -> new PlanDevice(gpu, count));
    if (found.isEmpty()) {
      problems.add(
          new Problem(
              "--device",
              "there is no device `" + device + "`",
              "there are cpu, "
                  + String.join(", ", DeviceSpec.gpuNames())
                  + "; 4xh200 is four of them"));
    }
    return found;
  }
}
