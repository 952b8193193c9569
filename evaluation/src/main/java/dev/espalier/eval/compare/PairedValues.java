package dev.espalier.eval.compare;

import dev.espalier.eval.metric.Aggregation;
import dev.espalier.eval.metric.Aggregations;
import java.util.ArrayList;
import java.util.List;

/**
 * Two models' values on the documents that both have, and how they are compared.
 *
 * @param documents their ids
 * @param first the baseline's value of each
 * @param second the other's
 * @param clusterKeys of each document; empty for no clusters
 * @param aggregation how values become one number
 */
record PairedValues(
    List<Integer> documents,
    List<Object> first,
    List<Object> second,
    List<String> clusterKeys,
    Aggregation aggregation) {

  /** Those of some of the documents, by their places. */
  PairedValues only(List<Integer> places) {
    return new PairedValues(
        pick(documents, places),
        pick(first, places),
        pick(second, places),
        clusterKeys.isEmpty() ? clusterKeys : pick(clusterKeys, places),
        aggregation);
  }

  private static <T> List<T> pick(List<T> all, List<Integer> places) {
    List<T> picked = new ArrayList<>(places.size());
    places.forEach(place -> picked.add(all.get(place)));
    return picked;
  }

  Clusters clusters() {
    return clusterKeys.isEmpty()
        ? Clusters.ofSingles(documents.size())
        : Clusters.ofKeys(clusterKeys);
  }

  double[] firstNumbers() {
    return first.stream().mapToDouble(CellDocuments::number).toArray();
  }

  double[] secondNumbers() {
    return second.stream().mapToDouble(CellDocuments::number).toArray();
  }

  /** Not corrected yet. */
  Outcome compare(ComparisonOptions options) {
    return isMean() ? ofMeans(options) : resample(options);
  }

  boolean isMean() {
    return aggregation == Aggregations.MEAN;
  }

  private Outcome ofMeans(ComparisonOptions options) {
    double[] a = firstNumbers();
    double[] b = secondNumbers();
    Clusters clusters = clusters();
    PairedDifference difference = PairedDifference.of(a, b, clusters);
    double margin = difference.margin(options.confidence());
    boolean rights = McNemar.isFor(a) && McNemar.isFor(b);
    McNemar flips = rights ? McNemar.of(a, b) : new McNemar(-1, -1);
    boolean exact = rights && !clusters.join();
    SmallestEffect smallest = SmallestEffect.of(a, b, clusters, options.level(), options.power());
    double p = exact ? flips.pValue() : difference.pValue();
    return new Outcome(
        a.length,
        clusters.count(),
        difference.first(),
        difference.second(),
        difference.standardError(),
        difference.difference() - margin,
        difference.difference() + margin,
        exact ? Outcome.Test.MCNEMAR : Outcome.Test.STUDENT_T,
        p,
        p,
        smallest.effect(),
        smallest.designEffect(),
        flips.onlyFirst(),
        flips.onlySecond());
  }

  private Outcome resample(ComparisonOptions options) {
    List<Object> both = new ArrayList<>(first);
    both.addAll(second);
    Clusters clusters = clusters();
    PairedResampling resampling =
        new PairedResampling(
            aggregation.ofChoices(both), clusters, options.replicates(), options.seed());
    PairedResampling.Bootstrap bootstrap = resampling.bootstrap(options.confidence());
    double p = resampling.randomisation();
    return new Outcome(
        documents.size(),
        clusters.count(),
        bootstrap.first(),
        bootstrap.second(),
        bootstrap.standardError(),
        bootstrap.lower(),
        bootstrap.upper(),
        Outcome.Test.RANDOMISATION,
        p,
        p,
        SmallestEffect.ofStandardError(bootstrap.standardError(), options.level(), options.power()),
        1,
        -1,
        -1);
  }
}
