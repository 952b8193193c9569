package dev.espalier.jobs;

import dev.espalier.io.IoReason;
import dev.espalier.io.lock.LockHeldException;
import dev.espalier.io.lock.PlaceLock;
import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.jobs.schedule.Moment;
import dev.espalier.jobs.schedule.SchedulePlace;
import dev.espalier.jobs.schedule.Scheduler;
import dev.espalier.jobs.schedule.TriggeredTimes;
import dev.espalier.jobs.schedule.file.Schedule;
import dev.espalier.jobs.schedule.hook.HookCalls;
import dev.espalier.jobs.schedule.log.LogOvertakenException;
import dev.espalier.jobs.schedule.log.ScheduleLog;
import dev.espalier.jobs.schedule.page.PageFiles;
import dev.espalier.jobs.schedule.page.PageServer;
import dev.espalier.pipeline.EnginePool;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Follows a schedule until the process is told to end, or another scheduler takes over. */
final class ScheduleService {
  private static final long TICK_MILLIS = 1000;
  private static final int MOST_FAILURES = 120;
  private static final Duration LOCAL_POLL = Duration.ofSeconds(1);
  private static final Duration REMOTE_POLL = Duration.ofSeconds(5);
  private static final Duration BETWEEN_PAGES = Duration.ofSeconds(10);

  private final Path file;
  private final StorageOptions options;
  private final List<String> properties;
  private final PrintWriter out;
  private final PrintWriter err;
  private final InstantSource clock = InstantSource.system();
  private final ExecutorService threads = daemons("run");
  private final ExecutorService reviews =
      Executors.newSingleThreadExecutor(task -> daemon(task, "files"));
  private Instant pageWritten = Instant.MIN;
  private int failures;

  /**
   * @param properties of the storage, as words of a command line
   */
  ScheduleService(
      Path file,
      StorageOptions options,
      List<String> properties,
      PrintWriter out,
      PrintWriter err) {
    this.file = file;
    this.options = options;
    this.properties = properties;
    this.out = out;
    this.err = err;
  }

  private static ExecutorService daemons(String name) {
    return Executors.newCachedThreadPool(task -> daemon(task, name));
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, "schedule-" + name);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Follows the schedule.
   *
   * @param wait for another scheduler to end, instead of failing
   * @return the exit code
   */
  int follow(boolean wait) throws IOException, InterruptedException, ConfigurationException {
    ScheduleFileSource source = ScheduleFileSource.open(file, ScheduleOptions.commands());
    Schedule schedule = source.current();
    options.contact(schedule.state());
    Storage storage = options.open(schedule.state());
    SchedulePlace place = new SchedulePlace(storage, schedule.state());
    PlaceLock lease = lease(place, wait);
    Thread release = new Thread(lease::close, "lease");
    Runtime.getRuntime().addShutdownHook(release);
    try {
      return follow(source, place);
    } catch (LogOvertakenException e) {
      err.println("error: " + PlainUrls.in(e.getMessage()));
      err.flush();
      return Espalier.MACHINE_FAILURE;
    } finally {
      lease.close();
      threads.shutdownNow();
      reviews.shutdownNow();
      EnginePool.closeUnused();
      unhook(release);
    }
  }

  private static void unhook(Thread release) {
    try {
      Runtime.getRuntime().removeShutdownHook(release);
    } catch (IllegalStateException e) {
      // The process is ending: the hook has begun.
    }
  }

  private PlaceLock lease(SchedulePlace place, boolean wait)
      throws IOException, InterruptedException, ConfigurationException {
    PlaceLock.Taker taker = PlaceLock.Taker.process();
    try {
      return wait
          ? PlaceLock.await(options, place.lease(), taker, this::sayThatItWaits)
          : PlaceLock.acquire(options, place.lease(), taker);
    } catch (LockHeldException e) {
      throw new ConfigurationException(place.directory(), e.problem(), e.remedy());
    }
  }

  private void sayThatItWaits(LockHeldException held) {
    out.println("standing by: the schedule is " + held.problem());
    out.flush();
  }

  private int follow(ScheduleFileSource source, SchedulePlace place)
      throws IOException, InterruptedException, ConfigurationException {
    Schedule schedule = source.current();
    boolean local = StorageOptions.isLocal(schedule.state());
    ScheduleLog log = ScheduleLog.open(place.storage(), place.log(), clock.millis());
    LastGoodFiles files = new LastGoodFiles(place.storage(), place.good());
    FileNotices notices =
        new FileNotices(
            job -> new JobCall(job, TriggeredTimes.now(job, clock.instant()), options, properties),
            files,
            reviews,
            System::nanoTime);
    CommandAction action =
        new CommandAction(options, properties, files, notices, () -> source.current().engineIdle());
    Scheduler scheduler =
        new Scheduler(
            source,
            log,
            place,
            options,
            action,
            threads,
            new HookCalls(
                schedule.name(),
                file.toAbsolutePath().getParent(),
                threads,
                time -> TimeUnit.MILLISECONDS.sleep(time.toMillis())),
            clock,
            local ? LOCAL_POLL : REMOTE_POLL);
    Optional<PageServer> page = serve(schedule.page(), scheduler, place);
    Schedule.Page served = schedule.page();
    try {
      out.println(
          "following "
              + file
              + ": "
              + Figures.count(schedule.jobs().size(), "job")
              + page.map(server -> "; status page " + server.address()).orElse(""));
      out.flush();
      ScheduleNarrator narrator = new ScheduleNarrator(out);
      while (true) {
        ProcessEnd.awaitIfBegun();
        if (tick(scheduler)) {
          Moment moment = scheduler.moment().orElseThrow();
          narrator.at(moment);
          writePage(moment);
          Schedule.Page asked = moment.schedule().page();
          if (!asked.port().equals(served.port()) || !asked.host().equals(served.host())) {
            page.ifPresent(PageServer::close);
            page = Optional.empty();
            page = moved(served, asked, scheduler, place);
            served = asked;
          }
        }
        TimeUnit.MILLISECONDS.sleep(TICK_MILLIS);
      }
    } finally {
      page.ifPresent(PageServer::close);
    }
  }

  /** The page at another address; where that cannot be opened, at the former. */
  private Optional<PageServer> moved(
      Schedule.Page from, Schedule.Page to, Scheduler scheduler, SchedulePlace place) {
    for (Schedule.Page one : List.of(to, from)) {
      try {
        Optional<PageServer> page = serve(one, scheduler, place);
        out.println(page.map(server -> "status page " + server.address()).orElse("no status page"));
        out.flush();
        return page;
      } catch (ConfigurationException e) {
        e.problems().forEach(problem -> err.println("error: " + problem));
        err.flush();
      }
    }
    return Optional.empty();
  }

  /**
   * Whether a tick went well; a storage that does not answer is asked again for a time, since runs
   * may be under way.
   */
  private boolean tick(Scheduler scheduler) throws IOException {
    try {
      scheduler.tick();
      failures = 0;
      return true;
    } catch (LogOvertakenException e) {
      throw e;
    } catch (IOException e) {
      failures++;
      if (failures > MOST_FAILURES) {
        throw e;
      }
      if (failures == 1) {
        err.println("the state cannot be reached, trying on: " + IoReason.of(e));
        err.flush();
      }
      return false;
    }
  }

  private static Optional<PageServer> serve(
      Schedule.Page page, Scheduler scheduler, SchedulePlace place) throws ConfigurationException {
    if (page.port().isEmpty()) {
      return Optional.empty();
    }
    String host = page.host();
    int port = page.port().get();
    try {
      return Optional.of(PageServer.open(host, port, scheduler::moment, place));
    } catch (IOException e) {
      throw new ConfigurationException(
          "page.port",
          host + ":" + port + " cannot be opened: " + IoReason.of(e),
          "write another port, or 0 for no page");
    }
  }

  /** The files are a view: that they cannot be written stops no job. */
  private void writePage(Moment moment) {
    Optional<String> directory = moment.schedule().page().files();
    if (directory.isEmpty()
        || (!pageWritten.equals(Instant.MIN)
            && moment.now().isAfter(pageWritten)
            && moment.now().isBefore(pageWritten.plus(BETWEEN_PAGES)))) {
      return;
    }
    pageWritten = moment.now();
    try {
      new PageFiles(options.open(directory.get()), directory.get()).write(moment);
    } catch (IOException e) {
      err.println("the status page cannot be written: " + IoReason.of(e));
      err.flush();
    }
  }
}
