package dev.espalier.eval.compare;

import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * How sweeps are compared.
 *
 * @param metric a name, or {@code metric,filter}; absent for the first metric of each task
 * @param cluster the column of documents whose equal values make a cluster
 * @param by the column of documents whose values make subgroups
 * @param average axes over which a document's values are averaged first, such as {@code seed}
 * @param confidence of intervals; one less this is the level of tests
 * @param power at which the smallest effect would be found
 * @param replicates of scores that are no means
 * @param seed of these replicates
 */
public record ComparisonOptions(
    Optional<String> metric,
    Optional<String> cluster,
    Optional<String> by,
    Set<String> average,
    double confidence,
    double power,
    int replicates,
    long seed) {
  /** The first metric of each task, no clusters, 95 %, a power of 80 %, 1000 replicates. */
  public static final ComparisonOptions DEFAULTS =
      new ComparisonOptions(
          Optional.empty(), Optional.empty(), Optional.empty(), Set.of(), 0.95, 0.8, 1000, 1234);

  public ComparisonOptions {
    Objects.requireNonNull(metric, "metric");
    Objects.requireNonNull(cluster, "cluster");
    Objects.requireNonNull(by, "by");
    average = Set.copyOf(average);
    if (!(confidence > 0 && confidence < 1 && power > 0 && power < 1) || replicates < 2) {
      throw new IllegalArgumentException(
          "confidence " + confidence + ", power " + power + ", replicates " + replicates);
    }
  }

  /** The same by one metric. */
  public ComparisonOptions by(MetricKey key) {
    return by(key.toString());
  }

  /** The same by a metric, {@code NAME} or {@code NAME,FILTER}. */
  public ComparisonOptions by(String name) {
    return new ComparisonOptions(
        Optional.of(name), cluster, by, average, confidence, power, replicates, seed);
  }

  /** Of tests. */
  public double level() {
    return 1 - confidence;
  }
}
