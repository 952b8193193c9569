package dev.espalier.jobs.schedule;

import dev.espalier.jobs.schedule.file.Schedule;
import java.util.Optional;

/** Where the schedule comes from, which may change while it is followed. */
public interface ScheduleSource {

  /** The last good one. */
  Schedule current();

  /** Why a newer one stays out; none if there is no newer one. */
  Optional<String> notice();

  /** Looks for a newer one. */
  void refresh();
}
