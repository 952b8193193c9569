package dev.espalier.engine.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.cache.PrefixCache;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pages of four tokens. */
final class SchedulerTest extends SchedulerFixture {

  @Test
  void longPromptsAreCutAndGenerationGoesFirst() {
    Scheduler scheduler = new Scheduler(cache, 10, 8);
    scheduler.submit(counting("short", prompt(1, 3), 5), 0);
    complete(scheduler, scheduler.next());
    scheduler.submit(counting("long", prompt(2, 25), 1), 0);
    assertThat(slices(scheduler.next())).isEqualTo("short 3+1, long 0+9");
  }

  @Test
  void stepsOfOneSequenceFollowOneAnother() {
    Scheduler scheduler = new Scheduler(cache, 10, 8);
    scheduler.submit(counting("long", prompt(2, 25), 2), 0);
    List<String> steps = new ArrayList<>();
    while (!scheduler.isIdle()) {
      Step step = scheduler.next();
      steps.add(slices(step));
      complete(scheduler, step);
    }
    assertThat(steps).containsExactly("long 0+10", "long 10+10", "long 20+5", "long 25+1");
    assertThat(ended).containsExactly("long");
  }

  @Test
  void whoSharesWhatIsBeingComputedWaitsForIt() {
    Scheduler scheduler = new Scheduler(cache, 16, 8);
    scheduler.submit(counting("first", prompt(1, 30), 1), 0);
    scheduler.submit(counting("second", prompt(1, 30), 1), 0);
    scheduler.submit(counting("other", prompt(2, 5), 1), 0);
    List<String> steps = new ArrayList<>();
    while (!scheduler.isIdle()) {
      Step step = scheduler.next();
      steps.add(slices(step));
      complete(scheduler, step);
    }
    assertThat(steps)
        .containsExactly("first 0+16", "first 16+14, other 0+2", "other 2+3, second 29+1");
  }

  @Test
  void theNextStepOfAProgramGoesBeforeYoungerPrograms() {
    Scheduler scheduler = new Scheduler(cache, 100, 1);
    scheduler.submit(counting("old program, step 1", prompt(1, 5), 1), 7);
    scheduler.submit(counting("young program", prompt(2, 5), 1), 8);
    complete(scheduler, scheduler.next());
    scheduler.submit(counting("stranger", prompt(3, 5), 1), 0);
    scheduler.submit(counting("old program, step 2", prompt(4, 5), 1), 7);
    runAll(scheduler);
    assertThat(ended)
        .containsExactly("old program, step 1", "old program, step 2", "young program", "stranger");
  }

  @Test
  void theYoungestGivesUpItsPages() {
    cache = new PrefixCache(7, 4);
    Scheduler scheduler = new Scheduler(cache, 100, 8);
    Counting old = counting("old", prompt(1, 5), 15);
    Counting young = counting("young", prompt(2, 5), 15);
    scheduler.submit(old, 0);
    scheduler.submit(young, 0);
    runAll(scheduler);
    assertThat(ended).containsExactly("old", "young");
    assertThat(scheduler.preemptions()).isEqualTo(1);
    assertThat(old.begun).isEqualTo(1);
    assertThat(young.begun).isEqualTo(1);
  }

  @Test
  void aProgramUnderWayKeepsItsPagesFromStrangers() {
    cache = new PrefixCache(8, 4);
    Scheduler scheduler = new Scheduler(cache, 100, 8);
    scheduler.submit(counting("step 1", prompt(1, 5), 1), 7);
    complete(scheduler, scheduler.next());
    scheduler.submit(counting("stranger", prompt(2, 5), 15), 0);
    complete(scheduler, scheduler.next());
    scheduler.submit(counting("step 2", prompt(3, 5), 20), 7);
    runAll(scheduler);
    assertThat(scheduler.preemptions()).isPositive();
    assertThat(ended).containsExactly("step 1", "step 2", "stranger");
  }

  @Test
  void aFailedStepTakesItsSequencesAlong() {
    Scheduler scheduler = new Scheduler(cache, 4, 8);
    scheduler.submit(counting("in it", prompt(1, 6), 1), 0);
    scheduler.submit(counting("not in it", prompt(2, 3), 1), 0);
    scheduler.fail(scheduler.next(), new EngineException(ErrorCode.DEVICE_LOST, "gone"));
    assertThat(ended).containsExactly("in it: DEVICE_LOST");
    cache.checkIntegrity();
    runAll(scheduler);
    assertThat(ended).containsExactly("in it: DEVICE_LOST", "not in it");
  }

  @Test
  void aSequenceThatThrowsFailsAlone() {
    Scheduler scheduler = new Scheduler(cache, 100, 8);
    Counting broken = counting("broken", prompt(1, 6), 3);
    broken.throwsAt = 1;
    scheduler.submit(broken, 0);
    scheduler.submit(counting("sound", prompt(2, 3), 3), 0);
    runAll(scheduler);
    assertThat(ended).containsExactly("broken: INTERNAL", "sound");
  }

  @Test
  void failingAllLeavesNothingBehind() {
    Scheduler scheduler = new Scheduler(cache, 8, 1);
    scheduler.submit(counting("running", prompt(1, 6), 3), 0);
    scheduler.submit(counting("waiting", prompt(2, 6), 3), 0);
    complete(scheduler, scheduler.next());
    scheduler.failAll(new EngineException(ErrorCode.ENGINE_CLOSED, "closed"));
    assertThat(ended).containsExactly("running: ENGINE_CLOSED", "waiting: ENGINE_CLOSED");
    assertThat(scheduler.isIdle()).isTrue();
    assertThat(cache.availablePages()).isEqualTo(cache.totalPages());
  }
}
