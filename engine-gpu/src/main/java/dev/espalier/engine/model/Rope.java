package dev.espalier.engine.model;

import java.util.Arrays;

/**
 * Rotary position embedding in the layout of Hugging Face checkpoints: value {@code i} of a head is
 * paired with value {@code i + headSize / 2}, and at position {@code p} the pair is turned by the
 * angle {@code p * inverseFrequencies[i]}.
 *
 * <p>Source: Su et al., "RoFormer" (2021). Cosines and sines are those of the float32 product of
 * position and frequency, as transformers computes them.
 */
public final class Rope {
  private final float[] inverseFrequencies;
  private final float magnitude;

  private Rope(float[] inverseFrequencies, float magnitude) {
    this.inverseFrequencies = inverseFrequencies;
    this.magnitude = magnitude;
  }

  /**
   * @param inverseFrequencies radians a position, for each pair
   * @param magnitude multiplies cosine and sine
   */
  public static Rope of(float[] inverseFrequencies, float magnitude) {
    return new Rope(inverseFrequencies.clone(), magnitude);
  }

  /** Pairs in a head. */
  public int pairs() {
    return inverseFrequencies.length;
  }

  /** A copy of the radians a position of each pair. */
  public float[] inverseFrequencies() {
    return inverseFrequencies.clone();
  }

  public float magnitude() {
    return magnitude;
  }

  /**
   * Writes {@code magnitude * cos} and {@code magnitude * sin} of all pairs at {@code position}.
   *
   * @param cosines receives {@link #pairs} values from {@code offset} on
   * @param sines the same
   */
  public void fill(int position, float[] cosines, float[] sines, int offset) {
    for (int i = 0; i < inverseFrequencies.length; i++) {
      float angle = position * inverseFrequencies[i];
      cosines[offset + i] = (float) StrictMath.cos(angle) * magnitude;
      sines[offset + i] = (float) StrictMath.sin(angle) * magnitude;
    }
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof Rope other
        && magnitude == other.magnitude
        && Arrays.equals(inverseFrequencies, other.inverseFrequencies);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(inverseFrequencies) + Float.hashCode(magnitude);
  }

  @Override
  public String toString() {
    return "Rope[magnitude=" + magnitude + ", " + Arrays.toString(inverseFrequencies) + "]";
  }
}
