package dev.espalier.io.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.io.lock.ClusterJob.State;
import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.io.storage.StoredFile;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a lock keeps on every file system. */
abstract class PlaceLockContract {
  /** Never beats while a test runs, and never expires. */
  static final LockTimes STILL =
      new LockTimes(Duration.ofDays(1), Duration.ofDays(1), Duration.ofMillis(1));

  /** Expires at once, as if the owner had been paused. */
  static final LockTimes EXPIRED =
      new LockTimes(Duration.ofDays(1), Duration.ZERO, Duration.ofMillis(1));

  abstract StorageOptions options() throws IOException;

  abstract String directory();

  /** How often many try at once. */
  int trials() {
    return 10;
  }

  private Storage storage() throws IOException {
    return options().open(directory());
  }

  @Test
  void oneOwnerAtATimeAndEachOfAHigherNumber() throws Exception {
    try (PlaceLock first = PlaceLock.acquire(options(), directory())) {
      assertThat(first.number()).isEqualTo(1);
      assertThatThrownBy(() -> PlaceLock.acquire(options(), directory()))
          .isInstanceOf(LockHeldException.class)
          .hasMessageContaining("process " + ProcessHandle.current().pid() + " on ")
          .hasMessageContaining("--wait");
    }
    try (PlaceLock second = PlaceLock.acquire(options(), directory())) {
      assertThat(second.number()).isEqualTo(2);
    }
    assertThat(storage().list(directory()))
        .extracting(StoredFile::name)
        .containsExactlyInAnyOrder("0000000002.claim", "0000000002.released");
  }

  /** One was killed while it wrote a claim aside, of this number or an earlier one. */
  @Test
  void whatKilledOnesWroteAsideGoes() throws Exception {
    try (PlaceLock first = PlaceLock.acquire(options(), directory())) {
      for (long number = 1; number <= 2; number++) {
        String claim = LockBeat.path(directory(), first.number() + number - 1, "claim");
        storage().create(claim + ".3f1c.tmp").close();
      }
    }
    try (PlaceLock second = PlaceLock.acquire(options(), directory())) {
      assertThat(second.number()).isEqualTo(2);
    }
    assertThat(storage().list(directory()))
        .extracting(StoredFile::name)
        .containsExactlyInAnyOrder("0000000002.claim", "0000000002.released");
  }

  @Test
  void anOwnerThatWasPausedIsFenced() throws Exception {
    PlaceLock paused = PlaceLock.acquire(storage(), directory(), STILL);
    assertThatCode(() -> PlaceLock.check(storage(), directory(), paused.number()))
        .doesNotThrowAnyException();
    try (PlaceLock next = PlaceLock.acquire(storage(), directory(), EXPIRED)) {
      assertThatThrownBy(() -> PlaceLock.check(storage(), directory(), paused.number()))
          .isInstanceOf(FencedException.class)
          .hasMessageContaining("took over");
      paused.close(); // gives back what it has no more
      assertThatThrownBy(() -> PlaceLock.acquire(storage(), directory(), STILL))
          .isInstanceOf(LockHeldException.class);
      assertThatCode(() -> PlaceLock.check(storage(), directory(), next.number()))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void theProcessesOfOtherMachinesAreJudgedByTheirSignOfLifeAlone() throws Exception {
    LockOwner elsewhere =
        new LockOwner("far", "another boot", 1, 1, "2026-01-01T00:00:00Z", "t", null);
    claim(elsewhere.toJson());
    assertThatThrownBy(() -> PlaceLock.acquire(storage(), directory(), STILL))
        .isInstanceOf(LockHeldException.class)
        .hasMessageContaining("process 1 on far, since 2026-01-01T00:00:00Z");
    try (PlaceLock next = PlaceLock.acquire(storage(), directory(), EXPIRED)) {
      assertThat(next.number()).isEqualTo(2);
    }
  }

  @Test
  void aDeadProcessOfThisMachineHoldsNothing() throws Exception {
    LockOwner here = LockOwner.thisProcess(Optional.empty());
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    claim(new LockOwner(here.host(), here.machine(), dead.pid(), 0, "x", "t", null).toJson());
    PlaceLock.acquire(storage(), directory(), STILL).close();
    // The number of this process, which another had before.
    storage().delete(directory());
    claim(new LockOwner(here.host(), here.machine(), here.pid(), 1, "x", "t", null).toJson());
    PlaceLock.acquire(storage(), directory(), STILL).close();
  }

  @Test
  void aJobHoldsItWhenTheProcessThatSubmittedItHasGone() throws Exception {
    ClusterJob job = new ClusterJob("4f", "job.yaml → out", "jobmanager:8081");
    Map<ClusterJob, ClusterJob.State> states = new HashMap<>(Map.of(job, State.PRESENT));
    PlaceLock.Taker second = new PlaceLock.Taker(Optional.empty(), states::get);
    PlaceLock submitted =
        PlaceLock.acquire(
            storage(), directory(), STILL, new PlaceLock.Taker(Optional.of(job), states::get));
    LockBeat worker = LockBeat.keep(storage(), directory(), submitted.number(), STILL);
    submitted.leaveToJob();
    submitted.close();
    assertThatThrownBy(() -> PlaceLock.acquire(storage(), directory(), STILL, second))
        .isInstanceOf(LockHeldException.class)
        .hasMessageContaining("Flink job 4f (job.yaml → out) on jobmanager:8081, submitted by");
    states.put(job, State.ENDED);
    PlaceLock next = PlaceLock.acquire(storage(), directory(), STILL, second);
    assertThat(next.number()).isEqualTo(2);
    worker.close();
    next.close();
  }

  @Test
  void aJobThatIsBeingSubmittedHoldsItAsLongAsItsSubmitterLives() throws Exception {
    ClusterJob job = new ClusterJob("4f", "job", "jobmanager:8081");
    PlaceLock.Taker second = new PlaceLock.Taker(Optional.empty(), j -> State.UNKNOWN);
    LockOwner submitter = LockOwner.thisProcess(Optional.of(job));
    claim(submitter.toJson());
    assertThatThrownBy(() -> PlaceLock.acquire(storage(), directory(), STILL, second))
        .isInstanceOf(LockHeldException.class)
        .hasMessageContaining("Flink job 4f (job) on jobmanager:8081, submitted by");
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    storage().delete(directory());
    claim(
        new LockOwner(submitter.host(), submitter.machine(), dead.pid(), 0, "x", "t", job)
            .toJson());
    PlaceLock.acquire(storage(), directory(), STILL, second).close();
  }

  @Test
  void theLastOfItsWorkersEndsTheSignsOfLife() throws Exception {
    LockTimes quick =
        new LockTimes(Duration.ofMillis(5), Duration.ofHours(1), Duration.ofMillis(5));
    ClusterJob job = new ClusterJob("4f", "job", "jobmanager:8081");
    PlaceLock submitted =
        PlaceLock.acquire(
            storage(),
            directory(),
            quick,
            new PlaceLock.Taker(Optional.of(job), j -> State.PRESENT));
    LockBeat first = LockBeat.keep(storage(), directory(), submitted.number(), quick);
    LockBeat second = LockBeat.keep(storage(), directory(), submitted.number(), quick);
    submitted.leaveToJob();
    first.close();
    first.close();
    String beat = Storage.child(directory(), "0000000001.beat");
    storage().delete(beat);
    while (storage().find(beat).isEmpty()) {
      TimeUnit.MILLISECONDS.sleep(1); // until the other's next sign of life
    }
    second.close();
    storage().delete(beat);
    TimeUnit.MILLISECONDS.sleep(50);
    assertThat(storage().find(beat)).as("given after the last has closed").isEmpty();
    PlaceLock.release(storage(), directory(), submitted.number());
    PlaceLock.acquire(storage(), directory(), quick).close();
  }

  @Test
  void aClaimThatIsNotYetWrittenIsHeldUntilItExpires() throws Exception {
    claim(new byte[0]);
    assertThatThrownBy(() -> PlaceLock.acquire(storage(), directory(), STILL))
        .isInstanceOf(LockHeldException.class)
        .hasMessageContaining("has not written its name yet");
    PlaceLock.acquire(storage(), directory(), EXPIRED).close();
  }

  @Test
  void ofManyWhoTryAtOnceOneGetsIt() throws Exception {
    int threads = 8;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      for (int trial = 1; trial <= trials(); trial++) {
        CountDownLatch ready = new CountDownLatch(threads);
        List<Callable<PlaceLock>> attempts = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
          attempts.add(
              () -> {
                ready.countDown();
                ready.await();
                try {
                  return PlaceLock.acquire(storage(), directory(), STILL);
                } catch (LockHeldException e) {
                  return null;
                }
              });
        }
        List<PlaceLock> owners = new ArrayList<>();
        for (Future<PlaceLock> attempt : pool.invokeAll(attempts)) {
          if (attempt.get() != null) {
            owners.add(attempt.get());
          }
        }
        assertThat(owners).extracting(PlaceLock::number).containsExactly((long) trial);
        owners.get(0).close();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void oneWhoWaitsGetsItAfterward() throws Exception {
    PlaceLock first = PlaceLock.acquire(storage(), directory(), STILL);
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try {
      CountDownLatch waits = new CountDownLatch(1);
      Future<PlaceLock> second =
          pool.submit(
              () -> PlaceLock.await(storage(), directory(), STILL, held -> waits.countDown()));
      waits.await();
      assertThat(second.isDone()).isFalse();
      first.close();
      assertThat(second.get().number()).isEqualTo(2);
      second.get().close();
    } finally {
      pool.shutdownNow();
    }
  }

  /** Whoever ends a use of the file system may be the last; nobody else's work goes with it. */
  @Test
  void thoseWhoTakeTurnsEndNothingOfEachOther() throws Exception {
    int threads = 4;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<Void>> takers = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        takers.add(
            () -> {
              for (int turn = 0; turn < trials(); turn++) {
                PlaceLock.await(storage(), directory(), STILL, held -> {}).close();
              }
              return null;
            });
      }
      for (Future<Void> taker : pool.invokeAll(takers, 2, TimeUnit.MINUTES)) {
        taker.get();
      }
    } finally {
      pool.shutdownNow();
    }
    try (PlaceLock next = PlaceLock.acquire(storage(), directory(), STILL)) {
      assertThat(next.number()).isEqualTo(threads * trials() + 1);
    }
  }

  private void claim(byte[] content) throws IOException {
    storage().createIfAbsent(Storage.child(directory(), "0000000001.claim"), content);
  }
}
