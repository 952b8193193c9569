package dev.espalier.jobs.schedule;

import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.jobs.schedule.file.Hook;
import dev.espalier.jobs.schedule.file.Schedule;
import dev.espalier.jobs.schedule.file.ScheduleFile;
import dev.espalier.jobs.schedule.file.ScheduledJob;
import dev.espalier.jobs.schedule.log.RunFigures;
import dev.espalier.jobs.schedule.log.RunRecord;
import dev.espalier.jobs.schedule.log.ScheduleLog;
import dev.espalier.jobs.schedule.log.ScheduleState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * A scheduler with a clock that stands still until it is set, and an action that ends when it is
 * told. What outlives the scheduler is the directory alone.
 */
final class TestWorld implements ScheduleSource, ScheduledAction, HookCaller {
  static final List<String> COMMANDS = List.of("run", "refresh");

  final Path directory;
  Instant now;
  private Schedule schedule;
  Storage storage;
  Scheduler scheduler;

  /** Runs that were handed to a thread and did not end. */
  final List<Runnable> threads = new ArrayList<>();

  /** Calls of the action, as {@code job at attempt}. */
  final List<String> calls = new ArrayList<>();

  /** Exit codes to come, by job; 0 when there is none. */
  final Map<String, List<Integer>> codes = new HashMap<>();

  final Map<String, Set<String>> devices = new HashMap<>();
  final List<String> told = new ArrayList<>();
  final List<Consumer<String>> untold = new ArrayList<>();
  RunFigures figures = RunFigures.NONE;
  Duration poll = Duration.ZERO;

  TestWorld(Path directory, Instant now, String yaml) throws IOException {
    this.directory = directory;
    this.now = now;
    this.storage = StorageOptions.defaults().open(directory.toString());
    replace(yaml);
  }

  /** One whose scheduler has looked once. */
  static TestWorld begun(Path directory, Instant now, String yaml) throws IOException {
    TestWorld world = new TestWorld(directory, now, yaml);
    world.begin();
    world.scheduler.tick();
    return world;
  }

  static Request trigger(String job, String... at) {
    return new Request(UUID.randomUUID().toString(), Request.Kind.TRIGGER, job, List.of(at), 1);
  }

  void replace(String yaml) {
    ScheduleFile.Reading reading =
        ScheduleFile.read(directory.resolve("schedule.yaml"), yaml, COMMANDS);
    if (!reading.isGood()) {
      throw new IllegalArgumentException(reading.problems().toString());
    }
    schedule = reading.schedule().orElseThrow();
  }

  SchedulePlace place() {
    return new SchedulePlace(storage, directory.resolve("state").toString());
  }

  /** A process begins; what the one before had under way is gone. */
  void begin() throws IOException {
    threads.clear();
    scheduler =
        new Scheduler(
            this,
            ScheduleLog.open(storage, place().log(), now.toEpochMilli()),
            place(),
            StorageOptions.defaults(),
            this,
            threads::add,
            this,
            () -> now,
            poll);
  }

  void tickAt(String instant) throws IOException {
    now = Instant.parse(instant);
    scheduler.tick();
  }

  void tickAfter(Duration time) throws IOException {
    now = now.plus(time);
    scheduler.tick();
  }

  /** All that is under way ends, and what that lets begin, too. */
  void finish() throws IOException {
    do {
      List<Runnable> running = List.copyOf(threads);
      threads.clear();
      running.forEach(Runnable::run);
      scheduler.tick();
    } while (!threads.isEmpty());
  }

  ScheduleState state() throws IOException {
    return ScheduleLog.read(storage, place().log());
  }

  /** Logical times of all runs of a job, in their order. */
  List<String> fired(String job) throws IOException {
    return state().runsOf(job).stream().map(RunRecord::at).toList();
  }

  @Override
  public Schedule current() {
    return schedule;
  }

  @Override
  public Optional<String> notice() {
    return Optional.empty();
  }

  @Override
  public void refresh() {}

  @Override
  public Set<String> devices(Call call) {
    Set<String> used = devices.getOrDefault(call.job().name(), Set.of("cpu"));
    if (used == null) {
      throw new IllegalStateException("the files of " + call.job().name() + " cannot be read");
    }
    return used;
  }

  @Override
  public Ended run(Call call, Watch watch) {
    calls.add(call.job().name() + " " + call.at() + " " + call.attempt());
    watch.output().println("ran " + call.at());
    List<Integer> planned = codes.getOrDefault(call.job().name(), new ArrayList<>());
    int code = planned.isEmpty() ? 0 : planned.remove(0);
    return new Ended(code, code == 0 ? "" : "it failed", figures);
  }

  @Override
  public Optional<String> notice(ScheduledJob job) {
    return Optional.empty();
  }

  @Override
  public void call(Hook hook, RunRecord run, Consumer<String> outcome) {
    told.add(hook.name() + " " + HookEvents.of(hook, run).orElseThrow() + " " + run.id());
    untold.add(outcome);
  }
}
