package dev.espalier.jobs;

import dev.espalier.engine.Devices;
import dev.espalier.io.IoReason;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.jobs.progress.JobProgress;
import dev.espalier.jobs.schedule.ScheduledAction;
import dev.espalier.jobs.schedule.file.ScheduledJob;
import dev.espalier.jobs.schedule.log.RunFigures;
import dev.espalier.row.Problem;
import dev.espalier.yaml.YamlMapping;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;

/**
 * Runs a job of a schedule by the command that a person or a CronJob would call, in this process:
 * so it does the same, and ends with the same code.
 */
final class CommandAction implements ScheduledAction {
  private final StorageOptions storage;
  private final List<String> properties;
  private final FileNotices notices;
  private final LastGoodFiles files;
  private final Supplier<Duration> engineIdle;

  /**
   * @param properties of the storage, as words of a command line
   * @param engineIdle how long an engine stays loaded after a run
   */
  CommandAction(
      StorageOptions storage,
      List<String> properties,
      LastGoodFiles files,
      FileNotices notices,
      Supplier<Duration> engineIdle) {
    this.storage = storage;
    this.properties = properties;
    this.files = files;
    this.notices = notices;
    this.engineIdle = engineIdle;
  }

  private JobCall call(Call call) {
    return new JobCall(call.job(), call.at(), storage, properties);
  }

  @Override
  public Set<String> devices(Call call) {
    Set<String> devices = new LinkedHashSet<>();
    if (call.job().isSweep()) {
      return devicesOfSweep(call(call));
    }
    try {
      Optional<JobFile> job = call(call).reading(List.of()).job();
      if (job.isPresent() && job.get().runner().master().isPresent()) {
        devices.add(job.get().runner().master().get());
      } else if (job.isPresent()) {
        job.get().engine().device().each().stream().map(Devices::toString).forEach(devices::add);
      }
    } catch (ConfigurationException e) {
      devices.clear(); // the run says what is wrong
    }
    return devices;
  }

  /** Those of all of its models. */
  private static Set<String> devicesOfSweep(JobCall call) {
    Set<String> devices = new LinkedHashSet<>();
    try {
      SweepOptions options = call.sweep();
      for (YamlMapping model :
          options.reading().sweep().map(sweep -> sweep.models().values()).orElse(List.of())) {
        List<Problem> problems = new ArrayList<>();
        JobFile job = JobFileReader.ofFields(options.file(), model, options.variables(), problems);
        if (job.runner().master().isPresent()) {
          devices.add(job.runner().master().get());
        } else {
          job.engine().device().each().stream().map(Devices::toString).forEach(devices::add);
        }
      }
    } catch (ConfigurationException e) {
      devices.clear(); // the run says what is wrong
    }
    return devices;
  }

  @Override
  public Ended run(Call call, Watch watch) {
    Ended ended = attempt(call, watch);
    ProcessEnd.awaitIfBegun(); // the run has not ended: it begins again at the next start
    return ended;
  }

  private Ended attempt(Call call, Watch watch) {
    Thread thread = Thread.currentThread();
    watch.running(() -> JobProgress.NONE, thread::interrupt);
    try {
      JobCall job = call(call);
      LastGoodFiles.Choice choice = files.choose(job);
      notices.put(call.job(), choice.notice());
      choice.notice().ifPresent(notice -> watch.output().println("notice: " + notice));
      return run(job, choice, watch);
    } catch (IOException e) {
      watch.output().println("error: " + IoReason.of(e));
      return new Ended(Espalier.MACHINE_FAILURE, IoReason.of(e), RunFigures.NONE);
    } finally {
      var unused = Thread.interrupted();
    }
  }

  private Ended run(JobCall job, LastGoodFiles.Choice choice, Watch watch) throws IOException {
    if (choice.instead().isEmpty()) {
      return run(job, choice, List.of(), watch);
    }
    Path directory = Files.createTempDirectory("espalier-good-files");
    try {
      List<String> programs = choice.instead().get().writePrograms(directory);
      return run(job, choice, programs, watch);
    } finally {
      StorageOptions.defaults().open("").delete(directory.toString());
    }
  }

  @SuppressWarnings("try") // lent for as long as the command runs
  private Ended run(JobCall job, LastGoodFiles.Choice choice, List<String> programs, Watch watch) {
    ScheduledSurroundings lent =
        new ScheduledSurroundings(
            watch,
            engineIdle.get(),
            Path.of(job.job().file()),
            choice.instead().map(JobTexts::job));
    PrintedLines errors = new PrintedLines(watch.output());
    PrintedLines printed = new PrintedLines(watch.output());
    PrintWriter out = new PrintWriter(printed, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(errors, true, StandardCharsets.UTF_8);
    CommandLine command = Espalier.commandLine().setOut(out).setErr(err);
    List<String> words = job.words(programs);
    int code;
    try (LentSurroundings lending = LentSurroundings.lend(lent)) {
      code = Espalier.execute(command, words.toArray(String[]::new));
    }
    String worse = "";
    if (code == Espalier.DONE && job.job().isSweep()) {
      StringWriter table = new StringWriter();
      code = compare(job, table, err);
      out.print(table);
      worse =
          table
              .toString()
              .lines()
              .filter(line -> line.startsWith("failed: "))
              .findFirst()
              .orElse("");
    }
    out.flush();
    err.flush();
    String message = worse.isEmpty() ? errors.firstError() : worse;
    if (message.isEmpty() && code != Espalier.DONE) {
      message =
          lent.report().flatMap(ReportedFigures::failedCheck).orElseGet(printed::last); // a verdict
    }
    if (choice.notice().isPresent() && choice.instead().isPresent()) {
      message = message.isEmpty() ? choice.notice().get() : message + "; " + choice.notice().get();
    }
    return new Ended(code, message, lent.report().map(ReportedFigures::of).orElse(RunFigures.NONE));
  }

  /** Holds a sweep's results against those before. */
  private static int compare(JobCall job, StringWriter table, PrintWriter err) {
    try {
      List<String> words = job.comparison();
      return words.isEmpty()
          ? Espalier.DONE
          : Espalier.execute(
              Espalier.commandLine().setOut(new PrintWriter(table)).setErr(err),
              words.toArray(String[]::new));
    } catch (ConfigurationException e) {
      e.problems().forEach(problem -> err.println("error: " + problem));
      return Espalier.BAD_CONFIGURATION;
    } catch (IOException e) {
      err.println("error: " + IoReason.of(e));
      return Espalier.MACHINE_FAILURE;
    }
  }

  @Override
  public Optional<String> notice(ScheduledJob job) {
    return notices.of(job);
  }
}
