package dev.espalier.engine.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.cache.PrefixCache;
import dev.espalier.engine.forward.ForwardBatch;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Steps put together while the one before is under way. Pages of four tokens. */
final class RunAheadTest extends SchedulerFixture {

  @AfterEach
  void nobodyHoldsAPage() {
    assertThat(cache.availablePages()).isEqualTo(cache.totalPages());
  }

  @Test
  void generationGoesOnWithTokensThatAreStillBeingChosen() {
    Scheduler scheduler = new Scheduler(cache, 100, 8);
    scheduler.submit(counting("a", prompt(1, 5), 3), 0);
    scheduler.submit(counting("b", prompt(2, 3), 3), 0);
    Step first = scheduler.next();
    Step second = scheduler.ahead();
    assertThat(slices(second)).isEqualTo("a 5+1, b 3+1");
    assertThat(second.slice(0).tokens()).containsExactly(ForwardBatch.chosenBy(0));
    assertThat(second.slice(1).tokens()).containsExactly(ForwardBatch.chosenBy(1));
    complete(scheduler, first, second);
    assertThat(second.batch().slices().get(1).outputs().get(0).choice()).isNotNull();

    Step third = scheduler.ahead();
    assertThat(slices(third)).isEqualTo("a 6+1, b 4+1");
    complete(scheduler, second, third);
    assertThat(scheduler.ahead().isEmpty()).as("the last tokens are being chosen").isTrue();
    complete(scheduler, third);
    assertThat(ended).containsExactly("a", "b");
    assertThat(scheduler.isIdle()).isTrue();
    int[] tokens = {1, 1, 1, 1, 1, CHOSEN, CHOSEN, CHOSEN};
    assertThat(cache.match(tokens, 8).tokens()).isEqualTo(7);
  }

  @Test
  void piecesOfAPromptFollowOneAnother() {
    Scheduler scheduler = new Scheduler(cache, 10, 8);
    scheduler.submit(counting("long", prompt(1, 25), 2), 0);
    List<String> steps = new ArrayList<>();
    Step current = scheduler.next();
    while (!current.isEmpty()) {
      steps.add(slices(current));
      Step following = scheduler.ahead();
      complete(scheduler, current, following);
      current = following;
    }
    assertThat(steps).containsExactly("long 0+10", "long 10+10", "long 20+5", "long 25+1");
    assertThat(ended).containsExactly("long");
  }

  @Test
  void whatAChoiceEndsIsDroppedAndKeepsItsPagesUntilTheStepIsOver() {
    Scheduler scheduler = new Scheduler(cache, 100, 8);
    Counting surprising = counting("surprising", prompt(1, 4), 9);
    surprising.endsAt = 1;
    scheduler.submit(surprising, 0);
    Step first = scheduler.next();
    Step second = scheduler.ahead();
    complete(scheduler, first, second);
    assertThat(ended).containsExactly("surprising");
    assertThat(second.batch().slices().get(0).outputs().get(0).choice()).isNull();
    assertThat(scheduler.isIdle()).isTrue();
    assertThat(cache.availablePages()).isEqualTo(cache.totalPages() - 2);
    cache.checkIntegrity();

    complete(scheduler, second);
    assertThat(ended).containsExactly("surprising");
    assertThat(cache.match(new int[] {1, 1, 1, 1, CHOSEN, CHOSEN}, 6).tokens())
        .as("the token that ended it was computed; the one chosen after it is nobody's")
        .isEqualTo(5);
  }

  @Test
  void whoIsCancelledKeepsItsPagesUntilItsStepsAreOver() {
    Scheduler scheduler = new Scheduler(cache, 100, 8);
    Counting cancelled = counting("cancelled", prompt(1, 4), 9);
    scheduler.submit(cancelled, 0);
    Step first = scheduler.next();
    Step second = scheduler.ahead();
    assertThat(scheduler.cancel(cancelled)).isTrue();
    assertThat(scheduler.cancel(cancelled)).isFalse();
    assertThat(cache.availablePages()).isEqualTo(cache.totalPages() - 2);
    complete(scheduler, first, second);
    assertThat(cache.availablePages()).isEqualTo(cache.totalPages() - 2);
    complete(scheduler, second);
    assertThat(ended).isEmpty();
    for (int token : new int[] {CHOSEN, 0}) {
      assertThat(cache.match(new int[] {1, 1, 1, 1, token}, 5).tokens())
          .as("what was chosen for it is not known")
          .isEqualTo(4);
    }
  }

  @Test
  void whatDependsOnTheTokenWaitsForIt() {
    Scheduler scheduler = new Scheduler(cache, 100, 64);
    Counting depends = counting("depends", prompt(50, 2), 3);
    depends.outlook = Sequence.Outlook.DEPENDS;
    scheduler.submit(depends, 0);
    Step alone = scheduler.next();
    assertThat(scheduler.ahead().isEmpty()).isTrue();
    for (int i = 0; i < 10; i++) {
      scheduler.submit(counting("other", prompt(i, 2), 4), 0);
    }
    complete(scheduler, alone);
    Step all = scheduler.next();
    assertThat(all.sequences()).hasSize(11).contains(depends);
    Step others = scheduler.ahead();
    assertThat(others.sequences()).hasSize(10).doesNotContain(depends);
    complete(scheduler, all, others);
    Step next = scheduler.ahead();
    assertThat(next.sequences()).hasSize(11).contains(depends);
    assertThat(next.slice(0).tokens()).containsExactly(CHOSEN);
    complete(scheduler, others, next);
    Step last = scheduler.ahead();
    complete(scheduler, next, last);
    complete(scheduler, last);
    assertThat(ended).hasSize(11).startsWith("depends");
  }

  @Test
  void nobodyGivesUpPagesForAStepAhead() {
    cache = new PrefixCache(5, 4);
    Scheduler scheduler = new Scheduler(cache, 100, 8);
    scheduler.submit(counting("old", prompt(1, 7), 6), 0);
    scheduler.submit(counting("young", prompt(2, 7), 6), 0);
    Step first = scheduler.next();
    Step second = scheduler.ahead();
    complete(scheduler, first, second);
    assertThat(scheduler.ahead().isEmpty()).as("both need another page, one is left").isTrue();
    complete(scheduler, second);
    assertThat(scheduler.preemptions()).isZero();
    runAll(scheduler);
    assertThat(scheduler.preemptions()).isEqualTo(1);
    assertThat(ended).containsExactly("old", "young");
  }

  @Test
  void thePlacesOfThoseThatEndAreTakenAhead() {
    Scheduler scheduler = new Scheduler(cache, 100, 1);
    scheduler.submit(counting("first", prompt(1, 5), 1), 0);
    scheduler.submit(counting("second", prompt(2, 5), 1), 0);
    Step first = scheduler.next();
    assertThat(slices(first)).isEqualTo("first 0+5");
    Step second = scheduler.ahead();
    assertThat(slices(second)).isEqualTo("second 0+5");
    complete(scheduler, first, second);
    complete(scheduler, second);
  }

  @Test
  void whoSharesWhatAStepUnderWayComputesReadsWholePagesOfIt() {
    Scheduler scheduler = new Scheduler(cache, 16, 8);
    scheduler.submit(counting("first", prompt(1, 30), 1), 0);
    scheduler.submit(counting("second", prompt(1, 20).concat(prompt(2, 2)), 1), 0);
    Step first = scheduler.next();
    Step second = scheduler.ahead();
    assertThat(slices(first)).isEqualTo("first 0+16");
    assertThat(slices(second)).isEqualTo("first 16+14, second 20+2");
    complete(scheduler, first, second);
    complete(scheduler, second);
    assertThat(ended).containsExactly("first", "second");
  }

  @Test
  void aFailedStepTakesTheOneAheadAlong() {
    Scheduler scheduler = new Scheduler(cache, 12, 8);
    scheduler.submit(counting("in both", prompt(1, 20), 2), 0);
    scheduler.submit(counting("ahead", prompt(1, 8).concat(prompt(2, 4)), 2), 0);
    scheduler.submit(counting("in none", prompt(3, 8), 2), 0);
    Step first = scheduler.next();
    Step second = scheduler.ahead();
    assertThat(slices(second)).isEqualTo("in both 12+8, ahead 8+4");
    EngineException cause = new EngineException(ErrorCode.DEVICE_LOST, "gone");
    scheduler.fail(first, cause);
    cache.checkIntegrity();
    scheduler.fail(second, cause);
    cache.checkIntegrity();
    assertThat(ended).containsExactly("in both: DEVICE_LOST", "ahead: DEVICE_LOST");
    assertThat(cache.match(prompt(1, 20).toArray(), 20).tokens()).isZero();
    runAll(scheduler);
    assertThat(ended).last().isEqualTo("in none");
  }
}
