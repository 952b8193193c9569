package dev.espalier.jobs.schedule;

import dev.espalier.jobs.schedule.file.Hook;
import dev.espalier.jobs.schedule.log.RunRecord;
import java.util.Optional;

/** Of what a hook is told when a run has ended. */
public final class HookEvents {
  private HookEvents() {}

  /** None if the hook has nothing to do with it. */
  public static Optional<Hook.Event> of(Hook hook, String job, int exitCode, Double changedShare) {
    if (!hook.isFor(job)) {
      return Optional.empty();
    }
    Hook.Event event = exitCode == 0 ? Hook.Event.SUCCESS : Hook.Event.FAILURE;
    boolean drifted = exitCode == 0 && changedShare != null && changedShare > hook.drift();
    if (drifted && hook.on().contains(Hook.Event.DRIFT)) {
      return Optional.of(Hook.Event.DRIFT);
    }
    return Optional.of(event).filter(hook.on()::contains);
  }

  /** The same of a run that has ended. */
  public static Optional<Hook.Event> of(Hook hook, RunRecord run) {
    return of(
        hook,
        run.job(),
        run.exitCode(),
        run.figures() == null ? null : run.figures().changedShare());
  }
}
