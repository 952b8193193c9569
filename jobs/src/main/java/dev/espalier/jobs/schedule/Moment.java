package dev.espalier.jobs.schedule;

import dev.espalier.jobs.progress.JobProgress;
import dev.espalier.jobs.schedule.file.Schedule;
import dev.espalier.jobs.schedule.log.ScheduleState;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A schedule and its runs at one moment.
 *
 * @param next the next fire of each job that has one
 * @param progress of the runs under way, by their ids, as often as it is asked
 * @param notices what is to be known of jobs, by their names; of the schedule itself, by ""
 */
public record Moment(
    Schedule schedule,
    ScheduleState state,
    Instant now,
    Map<String, Instant> next,
    Map<String, Supplier<Optional<JobProgress>>> progress,
    Map<String, String> notices) {}
