package dev.espalier.jobs.schedule;

import dev.espalier.io.IoReason;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.io.storage.StorageOutput;
import dev.espalier.jobs.progress.JobProgress;
import dev.espalier.jobs.schedule.file.Hook;
import dev.espalier.jobs.schedule.file.Schedule;
import dev.espalier.jobs.schedule.file.ScheduledJob;
import dev.espalier.jobs.schedule.log.Change;
import dev.espalier.jobs.schedule.log.JobRecord;
import dev.espalier.jobs.schedule.log.RunFigures;
import dev.espalier.jobs.schedule.log.RunRecord;
import dev.espalier.jobs.schedule.log.ScheduleLog;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Follows a schedule. One thread calls {@link #tick} again and again; it alone changes the state,
 * and whatever it decides is in the log before it takes effect:
 *
 * <pre>
 *   due → [fired] → [started] → the action runs → [ended] → [told]
 * </pre>
 *
 * <p>What stands in brackets is one change. A process that ends before {@code fired} finds the fire
 * due again; after it, the run is waiting and cannot fire again; after {@code started} the run is
 * begun anew, at the same logical time, as the same attempt; after {@code ended} hooks that were
 * not told are told.
 */
public final class Scheduler {
  private final ScheduleSource source;
  private final ScheduleLog log;
  private final SchedulePlace place;
  private final ScheduledAction action;
  private final Executor threads;
  private final HookCaller hooks;
  private final InstantSource clock;
  private final Duration poll;
  private final Fires fires;

  private final Map<String, UnderWay> underWay = new TreeMap<>();
  private final Set<String> telling = new HashSet<>();
  private final Queue<Finished> finished = new ConcurrentLinkedQueue<>();
  private final Queue<Told> told = new ConcurrentLinkedQueue<>();
  private final Map<String, String> unreadable = new HashMap<>();
  private Instant lastPoll = Instant.MIN;
  private boolean recovered;
  private volatile Moment moment;

  private record Finished(UnderWay run, ScheduledAction.Ended ended) {}

  private record Told(String run, String hook, String outcome) {}

  /**
   * @param log that this process has opened
   * @param threads run the action, each run on its own
   * @param poll between two looks at requests and at files that arrive
   */
  public Scheduler(
      ScheduleSource source,
      ScheduleLog log,
      SchedulePlace place,
      StorageOptions options,
      ScheduledAction action,
      Executor threads,
      HookCaller hooks,
      InstantSource clock,
      Duration poll) {
    this.source = source;
    this.log = log;
    this.place = place;
    this.action = action;
    this.threads = threads;
    this.hooks = hooks;
    this.clock = clock;
    this.poll = poll;
    this.fires = new Fires(options);
  }

  /** The state after the last tick; none before the first. Thread-safe. */
  public Optional<Moment> moment() {
    return Optional.ofNullable(moment);
  }

  /**
   * Does all that is due.
   *
   * @throws dev.espalier.jobs.schedule.log.LogOvertakenException if another scheduler has taken
   *     over: this one is not to go on
   * @throws IOException if the state cannot be kept; the next tick tries again
   */
  public void tick() throws IOException {
    Instant now = clock.instant();
    source.refresh();
    Schedule schedule = source.current();
    know(schedule, now);
    if (!recovered) {
      recover(schedule, now);
      recovered = true;
    }
    collect(schedule, now);
    boolean polls =
        lastPoll.equals(Instant.MIN)
            || now.isBefore(lastPoll)
            || !now.isBefore(lastPoll.plus(poll));
    if (polls) {
      lastPoll = now;
      log.check();
      meetRequests(schedule, now);
    }
    for (ScheduledJob job : schedule.jobs()) {
      append(fires.cron(job, log.state(), now), now);
      append(Fires.after(job, log.state(), now), now);
      if (polls) {
        arrive(job, now);
      }
    }
    watchDeadlines(schedule, now);
    start(schedule, now);
    tell(schedule);
    publish(schedule, now);
  }

  private void append(Optional<Change.Builder> change, Instant now) throws IOException {
    if (change.isPresent()) {
      append(change.get(), now);
    }
  }

  private void append(Change.Builder change, Instant now) throws IOException {
    Set<String> before = log.state().runs().keySet();
    log.append(change, now.toEpochMilli());
    Set<String> after = log.state().runs().keySet();
    if (!after.containsAll(before)) {
      place.keepOutputs(after);
    }
  }

  /** Remembers jobs that are new or changed, and forgets those that are gone. */
  private void know(Schedule schedule, Instant now) throws IOException {
    Change.Builder change = new Change.Builder("known");
    for (ScheduledJob job : schedule.jobs()) {
      Fires.known(job, log.state(), now).ifPresent(change::job);
    }
    for (String name : log.state().jobs().keySet()) {
      if (schedule.job(name).isEmpty()) {
        forget(name, change);
      }
    }
    if (!change.isEmpty()) {
      append(change, now);
    }
  }

  /** What waits goes at once, the rest when nothing runs and all have been told. */
  private void forget(String job, Change.Builder change) {
    List<RunRecord> all = log.state().runsOf(job);
    boolean owes = all.stream().anyMatch(run -> runs(run) || run.hasToTell());
    if (!owes) {
      change.left(job);
    }
    all.stream()
        .filter(run -> !owes || (run.isActive() && !runs(run)))
        .forEach(run -> change.gone(run.id()));
  }

  private boolean runs(RunRecord run) {
    return underWay.containsKey(run.id());
  }

  /** Runs that were under way when their process ended begin again. */
  private void recover(Schedule schedule, Instant now) throws IOException {
    for (RunRecord run : log.state().active()) {
      if (run.phase() == RunRecord.Phase.RUNNING) {
        append(Outcomes.interrupted(run, schedule, log.state(), now), now);
      }
    }
    place.keepOutputs(log.state().runs().keySet());
  }

  /** Remembers what has ended and who was told; jobs that come after fire at once. */
  private void collect(Schedule schedule, Instant now) throws IOException {
    // What cannot be written down now is not forgotten: it leaves its queue afterwards.
    for (Finished end = finished.peek(); end != null; end = finished.peek()) {
      UnderWay run = end.run;
      run.close();
      RunRecord record = log.state().runs().getOrDefault(run.run().id(), run.run());
      append(Outcomes.of(record, end.ended, run.isStopped(), schedule, log.state(), now), now);
      underWay.remove(run.run().id());
      finished.remove();
      for (ScheduledJob job : schedule.jobs()) {
        append(Fires.after(job, log.state(), now), now);
      }
    }
    for (Told one = told.peek(); one != null; one = told.peek()) {
      RunRecord run = log.state().runs().get(one.run);
      if (run != null) {
        log.append(
            new Change.Builder("told").run(run.told(one.hook, one.outcome)), now.toEpochMilli());
      }
      telling.remove(one.run + " " + one.hook);
      told.remove();
    }
  }

  private void meetRequests(Schedule schedule, Instant now) throws IOException {
    for (Request request : place.requests().all()) {
      Optional<ScheduledJob> job = schedule.job(request.job());
      log.append(Fires.requested(request, job, log.state(), now), now.toEpochMilli());
      place.requests().remove(request.id());
    }
  }

  private void arrive(ScheduledJob job, Instant now) throws IOException {
    Optional<Change.Builder> change = Optional.empty();
    try {
      change = fires.arrival(job, log.state(), now);
      unreadable.remove(job.name());
    } catch (IOException e) {
      unreadable.put(job.name(), "the arrival of files is not seen: " + IoReason.of(e));
    }
    append(change, now);
  }

  private void watchDeadlines(Schedule schedule, Instant now) throws IOException {
    for (RunRecord run : log.state().active()) {
      if (run.due() == 0 || now.toEpochMilli() < run.due()) {
        continue;
      }
      UnderWay running = underWay.get(run.id());
      if (running != null) {
        running.stop();
      } else {
        JobRecord job =
            log.state()
                .job(run.job())
                .orElseGet(() -> JobRecord.first(run.job(), now.toEpochMilli()));
        String why =
            "its deadline passed while it waited"
                + (run.message() == null ? "" : ": " + run.message());
        append(
            Outcomes.ended(
                run,
                run.exitCode() == null ? RunRecord.MACHINE_FAILURE : run.exitCode(),
                why,
                RunFigures.NONE,
                job,
                schedule,
                log.state(),
                now),
            now);
      }
    }
  }

  private void start(Schedule schedule, Instant now) throws IOException {
    List<RunRecord> waiting = new ArrayList<>(log.state().active());
    waiting.removeIf(
        run ->
            run.phase() != RunRecord.Phase.WAITING
                || run.start() > now.toEpochMilli()
                || schedule.job(run.job()).isEmpty());
    waiting.sort(Comparator.comparingLong(RunRecord::start).thenComparing(RunRecord::id));
    DeviceSlots slots = new DeviceSlots(schedule.devices());
    for (RunRecord run : waiting) {
      boolean busy =
          underWay.values().stream().anyMatch(other -> other.run().job().equals(run.job()));
      if (busy) {
        continue;
      }
      ScheduledAction.Call call =
          new ScheduledAction.Call(schedule.job(run.job()).orElseThrow(), run.at(), run.attempt());
      Set<String> devices = devices(call);
      if (slots.haveRoom(devices, underWay.values().stream().map(UnderWay::devices).toList())) {
        start(run.started(now.toEpochMilli()), call, devices, now);
      }
    }
  }

  private Set<String> devices(ScheduledAction.Call call) {
    try {
      return action.devices(call);
    } catch (RuntimeException e) { // its run says so, and the other jobs go on
      return Set.of();
    }
  }

  private void start(RunRecord run, ScheduledAction.Call call, Set<String> devices, Instant now)
      throws IOException {
    log.append(new Change.Builder("started").run(run), now.toEpochMilli());
    StorageOutput output = place.output(run);
    UnderWay started = new UnderWay(run, devices, output);
    underWay.put(run.id(), started);
    threads.execute(() -> finished.add(new Finished(started, ended(call, started))));
  }

  private ScheduledAction.Ended ended(ScheduledAction.Call call, UnderWay run) {
    try {
      return action.run(call, run);
    } catch (RuntimeException | Error e) { // a run of its own: the others go on
      return new ScheduledAction.Ended(
          RunRecord.MACHINE_FAILURE, String.valueOf(e.getMessage()), RunFigures.NONE);
    }
  }

  private void tell(Schedule schedule) throws IOException {
    for (RunRecord run : log.state().runs().values()) {
      if (!run.hasToTell()) {
        continue;
      }
      for (Map.Entry<String, String> entry : run.hooks().entrySet()) {
        String name = entry.getKey();
        if (!entry.getValue().equals(RunRecord.PENDING) || !telling.add(run.id() + " " + name)) {
          continue;
        }
        Optional<Hook> hook =
            schedule.hooks().stream().filter(one -> one.name().equals(name)).findFirst();
        if (hook.isPresent()) {
          hooks.call(hook.get(), run, outcome -> told.add(new Told(run.id(), name, outcome)));
        } else {
          told.add(new Told(run.id(), name, "not told: the schedule has no such hook any more"));
        }
      }
    }
  }

  private void publish(Schedule schedule, Instant now) {
    Map<String, Instant> next = new TreeMap<>();
    Map<String, String> notices = new TreeMap<>(unreadable);
    for (ScheduledJob job : schedule.jobs()) {
      log.state()
          .job(job.name())
          .flatMap(record -> fires.next(job, record))
          .ifPresent(fire -> next.put(job.name(), fire));
      action.notice(job).ifPresent(notice -> notices.put(job.name(), notice));
    }
    source.notice().ifPresent(notice -> notices.put("", notice));
    Map<String, Supplier<Optional<JobProgress>>> progress = new TreeMap<>();
    underWay.forEach((id, run) -> progress.put(id, run::progress));
    moment = new Moment(schedule, log.state(), now, next, progress, notices);
  }
}
