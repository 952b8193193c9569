package dev.espalier.engine.family;

import dev.espalier.engine.model.Rope;
import java.util.Set;

/**
 * Reads rotary embeddings from config.json: {@code rope_parameters}, or {@code rope_theta} and
 * {@code rope_scaling} in older checkpoints. The formulas are those of transformers, in float32
 * where it computes in float32.
 */
final class RopeReader {
  private static final String DEFAULT = "default";
  private static final Set<String> SUPPORTED = Set.of(DEFAULT, "linear", "llama3", "yarn");

  /** Rope of a model that has one for all layers. */
  static Rope read(ConfigReader config, int headSize, double defaultTheta) {
    if (config.has("rope_parameters")) {
      ConfigReader parameters = config.object("rope_parameters");
      return read(
          config,
          parameters,
          headSize,
          parameters.positiveNumber("rope_theta", theta(config, defaultTheta)));
    }
    return readScaled(config, headSize, theta(config, defaultTheta));
  }

  /** Rope with {@code rope_scaling}, as older checkpoints have it. */
  static Rope readScaled(ConfigReader config, int headSize, double theta) {
    if (config.has("rope_scaling")) {
      return read(config, config.object("rope_scaling"), headSize, theta);
    }
    return unscaled(headSize, theta);
  }

  /** Rope as Su et al. define it. */
  static Rope unscaled(int headSize, double theta) {
    return Rope.of(frequencies(headSize, theta), 1);
  }

  /**
   * Rope of one set of parameters.
   *
   * @param parameters with {@code rope_type}, or {@code type} in older checkpoints
   */
  static Rope read(ConfigReader config, ConfigReader parameters, int headSize, double theta) {
    String type = parameters.text("rope_type", parameters.text("type", DEFAULT));
    if (!SUPPORTED.contains(type)) {
      config.problem(
          "rope_type is " + type + " but supported are default, linear, llama3 and yarn");
      type = DEFAULT;
    }
    if (parameters.positiveNumber(
            "partial_rotary_factor", config.positiveNumber("partial_rotary_factor", 1))
        != 1) {
      config.problem("partial_rotary_factor is not supported");
    }
    float[] frequencies = frequencies(headSize, theta);
    if (type.equals(DEFAULT)) {
      return Rope.of(frequencies, 1);
    }
    int context = config.positive("max_position_embeddings", 2048);
    int original =
        parameters.positive(
            "original_max_position_embeddings",
            config.positive("original_max_position_embeddings", context));
    if (type.equals("yarn")) {
      return yarn(parameters, headSize, theta, original, (double) context / original);
    }
    float factor = (float) parameters.positiveNumber("factor");
    if (type.equals("linear")) {
      for (int i = 0; i < frequencies.length; i++) {
        frequencies[i] /= factor;
      }
      return Rope.of(frequencies, 1);
    }
    return llama3(parameters, frequencies, factor, original);
  }

  private static double theta(ConfigReader config, double absent) {
    return config.positiveNumber("rope_theta", absent);
  }

  private static float[] frequencies(int headSize, double theta) {
    float[] frequencies = new float[headSize / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = 1 / power(theta, i, headSize);
    }
    return frequencies;
  }

  private static float power(double theta, int pair, int headSize) {
    return (float) StrictMath.pow(theta, (float) (2 * pair) / headSize);
  }

  /** Long wavelengths are slowed by {@code factor}, short ones kept, those between blended. */
  private static Rope llama3(
      ConfigReader parameters, float[] frequencies, float factor, int original) {
    float low = (float) parameters.positiveNumber("low_freq_factor");
    float high = (float) parameters.positiveNumber("high_freq_factor");
    for (int i = 0; i < frequencies.length; i++) {
      float wavelength = (float) (2 * Math.PI) / frequencies[i];
      if (wavelength > original / low) {
        frequencies[i] /= factor;
      } else if (wavelength >= original / high) {
        float smooth = (original / wavelength - low) / (high - low);
        frequencies[i] = (1 - smooth) * frequencies[i] / factor + smooth * frequencies[i];
      }
    }
    return Rope.of(frequencies, 1);
  }

  /** Source: Peng et al., "YaRN: Efficient Context Window Extension" (2023). */
  private static Rope yarn(
      ConfigReader parameters, int headSize, double theta, int original, double defaultFactor) {
    double factor = parameters.positiveNumber("factor", defaultFactor);
    double fast = parameters.positiveNumber("beta_fast", 32);
    double slow = parameters.positiveNumber("beta_slow", 1);
    double low = correction(fast, headSize, theta, original);
    double high = correction(slow, headSize, theta, original);
    if (parameters.flag("truncate", true)) {
      low = Math.floor(low);
      high = Math.ceil(high);
    }
    float first = (float) Math.max(low, 0);
    float last = (float) Math.min(high, headSize - 1);
    if (first == last) {
      last += 0.001f;
    }
    float[] frequencies = new float[headSize / 2];
    for (int i = 0; i < frequencies.length; i++) {
      float ramp = Math.min(1, Math.max(0, (i - first) / (last - first)));
      float kept = 1 - ramp;
      float power = power(theta, i, headSize);
      frequencies[i] = 1 / ((float) factor * power) * (1 - kept) + 1 / power * kept;
    }
    return Rope.of(frequencies, (float) yarnMagnitude(parameters, factor));
  }

  /** The pair that turns {@code rotations} times in the original context. */
  private static double correction(double rotations, int headSize, double theta, int original) {
    return headSize
        * StrictMath.log(original / (rotations * 2 * Math.PI))
        / (2 * StrictMath.log(theta));
  }

  private static double yarnMagnitude(ConfigReader parameters, double factor) {
    if (parameters.has("attention_factor")) {
      return parameters.positiveNumber("attention_factor");
    }
    if (parameters.has("mscale") && parameters.has("mscale_all_dim")) {
      return magnitude(factor, parameters.positiveNumber("mscale"))
          / magnitude(factor, parameters.positiveNumber("mscale_all_dim"));
    }
    return magnitude(factor, 1);
  }

  private static double magnitude(double factor, double scale) {
    return factor <= 1 ? 1 : 0.1 * scale * StrictMath.log(factor) + 1;
  }

  private RopeReader() {}
}
