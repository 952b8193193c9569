package dev.espalier.jobs;

import dev.espalier.jobs.schedule.Request;
import dev.espalier.jobs.schedule.SchedulePlace;
import dev.espalier.jobs.schedule.file.Schedule;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** Asks a scheduler for the same of several jobs. */
final class ScheduleRequests {
  private ScheduleRequests() {}

  static int ask(ScheduleOptions options, List<String> names, Request.Kind kind, PrintWriter out)
      throws ConfigurationException, IOException {
    Schedule schedule = options.schedule();
    for (String name : names) {
      var unused = ScheduleOptions.job(schedule, name); // all of them, before any is asked for
    }
    SchedulePlace place = options.place(schedule);
    for (String name : names) {
      place
          .requests()
          .ask(
              new Request(
                  UUID.randomUUID().toString(), kind, name, List.of(), System.currentTimeMillis()));
      out.println(
          "asked to "
              + kind.name().toLowerCase(Locale.ROOT)
              + " "
              + name
              + "; the scheduler does so within seconds, or when it is started");
    }
    out.flush();
    return Espalier.DONE;
  }
}
