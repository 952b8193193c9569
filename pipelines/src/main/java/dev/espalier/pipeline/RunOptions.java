package dev.espalier.pipeline;

import dev.espalier.prefix.PlanOptions;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How a job runs. Only {@code seed} changes an outcome.
 *
 * @param job names the run's {@link Progress} in this JVM
 * @param seed of the run
 * @param buckets pieces in which rows meet their earlier outcomes: a few for each worker
 * @param announced rows after those in flight whose openings the engine is told of
 * @param sortBytes memory in which a task sorts its range; beyond it, sorted runs go to disk
 * @param engineIdle how long an engine stays open after its last use, for the next task or attempt
 * @param partitioner so that each worker gets its share of ranges and buckets
 */
public record RunOptions(
    String job,
    long seed,
    PlanOptions plan,
    int buckets,
    int announced,
    long sortBytes,
    Duration engineIdle,
    LiveMetrics live,
    KeyPartitioner partitioner)
    implements Serializable {
  public RunOptions {
    Objects.requireNonNull(job, "job");
    Objects.requireNonNull(plan, "plan");
    Objects.requireNonNull(engineIdle, "engineIdle");
    Objects.requireNonNull(live, "live");
    Objects.requireNonNull(partitioner, "partitioner");
    List<String> problems = new ArrayList<>();
    if (buckets < 1) {
      problems.add("buckets is " + buckets + " but must be at least 1");
    }
    if (announced < 0) {
      problems.add("announced is " + announced + " but must be 0 or more");
    }
    if (sortBytes < 1) {
      problems.add("sortBytes is " + sortBytes + " but must be at least 1");
    }
    if (engineIdle.isNegative()) {
      problems.add("engineIdle is " + engineIdle + " but must be 0 or more");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  /**
   * The default plan; 16 buckets; 512 rows announced; 64 MiB to sort in; engines stay open for 10
   * seconds.
   */
  public static RunOptions of(String job, long seed) {
    return new RunOptions(
        job,
        seed,
        PlanOptions.defaults(),
        16,
        512,
        64L << 20,
        Duration.ofSeconds(10),
        LiveMetrics.none(),
        KeyPartitioner.none());
  }

  public RunOptions withPlan(PlanOptions value) {
    return new RunOptions(
        job, seed, value, buckets, announced, sortBytes, engineIdle, live, partitioner);
  }

  /** Programs that run at once on one engine. */
  public int inFlight() {
    return plan.inFlight();
  }

  public RunOptions withBuckets(int value) {
    return new RunOptions(
        job, seed, plan, value, announced, sortBytes, engineIdle, live, partitioner);
  }

  /** Runs {@code value} programs at once on one engine, and announces as many rows. */
  public RunOptions withInFlight(int value) {
    return new RunOptions(
        job,
        seed,
        plan.withInFlight(value),
        buckets,
        value,
        sortBytes,
        engineIdle,
        live,
        partitioner);
  }

  public RunOptions withSortBytes(long value) {
    return new RunOptions(
        job, seed, plan, buckets, announced, value, engineIdle, live, partitioner);
  }

  /** Figures of the tasks that run programs are shown by {@code value}. */
  public RunOptions withLive(LiveMetrics value) {
    return new RunOptions(
        job, seed, plan, buckets, announced, sortBytes, engineIdle, value, partitioner);
  }

  public RunOptions withEngineIdle(Duration value) {
    return new RunOptions(job, seed, plan, buckets, announced, sortBytes, value, live, partitioner);
  }

  /** Keys are spread over the workers that {@code value} tells of. */
  public RunOptions withPartitioner(KeyPartitioner value) {
    return new RunOptions(job, seed, plan, buckets, announced, sortBytes, engineIdle, live, value);
  }

  NumberedKeys bucketKeys() {
    return new NumberedKeys(buckets, partitioner);
  }

  /** The bucket of a row, from 0. */
  int bucketOf(String rowId) {
    return Math.floorMod(rowId.hashCode(), buckets);
  }
}
