package dev.espalier.eval.compare;

/**
 * What a comparison of two models on a set of documents found.
 *
 * @param documents that both have
 * @param clusters of these
 * @param first the baseline's score over them
 * @param second the other's
 * @param standardError of the difference, second less first; NaN where there is none
 * @param lower end of the interval of the difference; NaN likewise
 * @param upper its other end
 * @param test that gave the p-value
 * @param pValue two-sided, of no difference; NaN likewise
 * @param adjusted the p-value after Holm's correction over all comparisons of its kind
 * @param smallestEffect that would most likely be found; NaN likewise
 * @param designEffect by how many times clusters make the documents fewer; 1 without
 * @param onlyFirst documents that only the baseline has right; -1 if values are not right or wrong
 * @param onlySecond documents that only the other has right; -1 likewise
 */
public record Outcome(
    int documents,
    int clusters,
    double first,
    double second,
    double standardError,
    double lower,
    double upper,
    Test test,
    double pValue,
    double adjusted,
    double smallestEffect,
    double designEffect,
    int onlyFirst,
    int onlySecond) {

  /** How a p-value comes about. */
  public enum Test {
    /** Student's t of the documents' differences, or of those of clusters. */
    STUDENT_T("t"),
    /** The exact binomial test of right and wrong answers that stand for themselves. */
    MCNEMAR("McNemar"),
    /** Approximate randomisation, with the interval of a paired bootstrap. */
    RANDOMISATION("randomisation");

    private final String label;

    Test(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }

  /** Whether the second is better. */
  public enum Verdict {
    BETTER,
    WORSE,
    /** It may be either. */
    UNCERTAIN
  }

  public double difference() {
    return second - first;
  }

  Outcome withAdjusted(double corrected) {
    return new Outcome(
        documents,
        clusters,
        first,
        second,
        standardError,
        lower,
        upper,
        test,
        pValue,
        corrected,
        smallestEffect,
        designEffect,
        onlyFirst,
        onlySecond);
  }

  /**
   * @param level below which the corrected p-value tells them apart
   */
  public Verdict verdict(boolean higherIsBetter, double level) {
    if (!(adjusted < level) || difference() == 0) {
      return Verdict.UNCERTAIN;
    }
    return difference() > 0 == higherIsBetter ? Verdict.BETTER : Verdict.WORSE;
  }
}
