package dev.espalier.jobs.schedule.hook;

import dev.espalier.jobs.schedule.HookCaller;
import dev.espalier.jobs.schedule.HookEvents;
import dev.espalier.jobs.schedule.file.Hook;
import dev.espalier.jobs.schedule.log.RunRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Tells hooks, each on a thread of its own, and again if that fails. Thread-safe. */
public final class HookCalls implements HookCaller {
  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);

  /** How time passes between two tries. */
  public interface Sleeper {
    void sleep(Duration time) throws InterruptedException;
  }

  private final String schedule;
  private final Path directory;
  private final Executor threads;
  private final Sleeper sleeper;
  private final WebhookCall webhooks = new WebhookCall();

  /**
   * @param directory in which commands run
   */
  public HookCalls(String schedule, Path directory, Executor threads, Sleeper sleeper) {
    this.schedule = schedule;
    this.directory = directory;
    this.threads = threads;
    this.sleeper = sleeper;
  }

  @Override
  public void call(Hook hook, RunRecord run, Consumer<String> outcome) {
    Optional<Hook.Event> event = HookEvents.of(hook, run);
    if (event.isEmpty()) {
      outcome.accept("not told: the hook does not ask for it any more");
      return;
    }
    HookMessage message = new HookMessage(schedule, hook, event.get(), run);
    threads.execute(() -> outcome.accept(outcome(hook, message)));
  }

  private String outcome(Hook hook, HookMessage message) {
    Duration wait = FIRST_WAIT;
    try {
      for (int attempt = 0; ; attempt++) {
        try {
          return once(hook, message);
        } catch (HookException e) {
          if (attempt >= hook.retries()) {
            return "not told: " + e.getMessage();
          }
        }
        sleeper.sleep(wait);
        wait = wait.multipliedBy(2);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return RunRecord.PENDING;
    } catch (RuntimeException e) {
      return "not told: " + e.getMessage();
    }
  }

  private String once(Hook hook, HookMessage message) throws HookException, InterruptedException {
    if (hook.target() instanceof Hook.Webhook webhook) {
      return webhooks.send(webhook, message, hook.timeout());
    }
    return CommandCall.run((Hook.Command) hook.target(), message, directory, hook.timeout());
  }
}
