package dev.espalier.jobs.schedule;

import dev.espalier.io.storage.StorageOptions;
import dev.espalier.jobs.schedule.log.RunFigures;
import dev.espalier.jobs.schedule.log.ScheduleLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A process with a scheduler for which a minute takes a tenth of a second, and an action that
 * writes down when it begins and when it ends; to be killed. The clock goes on without it.
 */
final class HastySchedule {
  static final String SCHEDULE =
      """
      devices: {cpu: 3}
      history: 1000
      jobs:
        often: {job: j.yaml, cron: '* * * * *', overlap: queue}
        sometimes: {job: j.yaml, cron: '*/7 * * * *', zone: Asia/Tokyo}
        below: {job: j.yaml, after: sometimes, overlap: queue}
      """;

  static final Instant BEGIN = Instant.parse("2026-03-01T00:00:30Z");
  private static final int HASTE = 600;

  private HastySchedule() {}

  /**
   * @param arguments the directory; when the clock began, in milliseconds; minutes after which the
   *     process ends by itself
   */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    long began = Long.parseLong(arguments[1]);
    Instant end = BEGIN.plus(Duration.ofMinutes(Long.parseLong(arguments[2])));
    Path effects = directory.resolve("effects");
    TestWorld world = new TestWorld(directory, BEGIN, SCHEDULE);
    ExecutorService threads = Executors.newCachedThreadPool();
    // The first of all looks sees the jobs before any of their fires.
    boolean[] first = {world.state().jobs().isEmpty()};
    Scheduler scheduler =
        new Scheduler(
            world,
            ScheduleLog.open(world.storage, world.place().log(), 0),
            world.place(),
            StorageOptions.defaults(),
            new Writing(world, effects),
            threads,
            world,
            () -> first[0] ? BEGIN : BEGIN.plusMillis((System.currentTimeMillis() - began) * HASTE),
            Duration.ZERO);
    scheduler.tick();
    first[0] = false;
    System.out.println("ready");
    while (true) {
      scheduler.tick();
      Moment moment = scheduler.moment().orElseThrow();
      if (moment.now().isAfter(end)) {
        // Enough: what is under way ends, and nothing fires any more.
        threads.shutdown();
        System.exit(0);
      }
      Thread.sleep(3);
    }
  }

  private record Writing(ScheduledAction devices, Path effects) implements ScheduledAction {
    @Override
    public Set<String> devices(Call call) {
      return devices.devices(call);
    }

    @Override
    public Ended run(Call call, Watch watch) {
      try {
        write("begin " + call.job().name() + " " + call.at());
        Thread.sleep(Math.floorMod(TextHash.of(call.at()), 30));
        write("end " + call.job().name() + " " + call.at());
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return new Ended(0, "", RunFigures.NONE);
    }

    private void write(String line) throws IOException {
      Files.writeString(effects, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
  }
}
