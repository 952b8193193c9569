package dev.espalier.prefix;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How a dataset is planned. None of these changes an outcome.
 *
 * @param grouping prefix order, or none for comparison
 * @param minimumRanges ranges wanted even where cutting costs hits, such as one for each engine; at
 *     least 1. Where rows suffice, more ranges are a multiple of it, if {@code preferredRanges} is
 *     one
 * @param preferredRanges ranges wanted while their cuts cost next to nothing, such as a few for
 *     each worker
 * @param rangeTokens most opening tokens in a range, on average; more tokens make more ranges
 * @param inFlight rows that run at once on one engine; the peak is estimated for as many
 * @param outputTokens what a row is expected to generate, in tokens: a range's work is the tokens
 *     that its openings add to one another plus this for each row
 * @param sampleTokens openings that are kept to choose the cuts, in tokens of 4 bytes; a dataset
 *     that fits is planned exactly
 */
public record PlanOptions(
    Grouping grouping,
    int minimumRanges,
    int preferredRanges,
    long rangeTokens,
    int inFlight,
    int outputTokens,
    long sampleTokens)
    implements Serializable {

  public PlanOptions {
    Objects.requireNonNull(grouping, "grouping");
    List<String> problems = new ArrayList<>();
    requireAtLeastOne("minimumRanges", minimumRanges, problems);
    requireAtLeastOne("preferredRanges", preferredRanges, problems);
    requireAtLeastOne("rangeTokens", rangeTokens, problems);
    requireAtLeastOne("inFlight", inFlight, problems);
    requireAtLeastOne("outputTokens", outputTokens, problems);
    requireAtLeastOne("sampleTokens", sampleTokens, problems);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  /**
   * Prefix order; one to eight ranges, of 4 million tokens; 512 rows in flight, 64 tokens of
   * output; a sample of 32 million tokens (128 MB).
   */
  public static PlanOptions defaults() {
    return new PlanOptions(Grouping.PREFIX, 1, 8, 4_000_000, 512, 64, 32_000_000);
  }

  public PlanOptions withGrouping(Grouping value) {
    return new PlanOptions(
        value, minimumRanges, preferredRanges, rangeTokens, inFlight, outputTokens, sampleTokens);
  }

  public PlanOptions withRanges(int minimum, int preferred) {
    return new PlanOptions(
        grouping, minimum, preferred, rangeTokens, inFlight, outputTokens, sampleTokens);
  }

  public PlanOptions withRangeTokens(long value) {
    return new PlanOptions(
        grouping, minimumRanges, preferredRanges, value, inFlight, outputTokens, sampleTokens);
  }

  public PlanOptions withInFlight(int value) {
    return new PlanOptions(
        grouping, minimumRanges, preferredRanges, rangeTokens, value, outputTokens, sampleTokens);
  }

  public PlanOptions withOutputTokens(int value) {
    return new PlanOptions(
        grouping, minimumRanges, preferredRanges, rangeTokens, inFlight, value, sampleTokens);
  }

  public PlanOptions withSampleTokens(long value) {
    return new PlanOptions(
        grouping, minimumRanges, preferredRanges, rangeTokens, inFlight, outputTokens, value);
  }

  private static void requireAtLeastOne(String name, long value, List<String> problems) {
    if (value < 1) {
      problems.add(name + " is " + value + " but must be at least 1");
    }
  }
}
