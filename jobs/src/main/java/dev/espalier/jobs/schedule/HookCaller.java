package dev.espalier.jobs.schedule;

import dev.espalier.jobs.schedule.file.Hook;
import dev.espalier.jobs.schedule.log.RunRecord;
import java.util.function.Consumer;

/** Tells hooks of runs that have ended. */
public interface HookCaller {

  /**
   * Tells a hook, without waiting for it.
   *
   * @param outcome told once, by any thread, what became of it
   */
  void call(Hook hook, RunRecord run, Consumer<String> outcome);
}
