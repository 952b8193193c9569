package dev.espalier.engine.family;

import dev.espalier.engine.model.Rope;
import java.util.List;
import java.util.Set;

/**
 * Reads rotary embeddings from config.json: {@code rope_parameters}, or {@code rope_theta} and
 * {@code rope_scaling} in older checkpoints. The formulas are those of transformers, in float32
 * where it computes in float32, and so is the order in which it looks for a parameter.
 */
final class RopeReader {
  private static final String DEFAULT = "default";
  private static final Set<String> SUPPORTED = Set.of(DEFAULT, "linear", "llama3", "yarn");
  private static final String PARAMETERS = "rope_parameters";
  private static final String SCALING = "rope_scaling";
  private static final String THETA = "rope_theta";
  private static final String ORIGINAL = "original_max_position_embeddings";
  private static final String FULL = "full_attention";
  private static final String SLIDING = "sliding_attention";

  private final ConfigReader config;
  private final ConfigReader parameters;
  private final int headSize;
  private final int contextLength;
  private final double theta;

  private RopeReader(
      ConfigReader config, ConfigReader parameters, CommonFields fields, double theta) {
    this.config = config;
    this.parameters = parameters;
    this.headSize = fields.headSize();
    this.contextLength = fields.contextLength();
    this.theta = theta;
  }

  /** Rope of a model that has one for all layers. */
  static Rope read(ConfigReader config, CommonFields fields) {
    ConfigReader parameters =
        config.value(SCALING).isEmpty() ? orNone(config, PARAMETERS) : config.object(SCALING);
    for (String kind : List.of(FULL, SLIDING)) {
      if (!parameters.isAbsent(kind)) {
        parameters.problem(kind, "is there, but this family has one rotation for all layers");
      }
    }
    double theta = parameters.positiveNumber(THETA, config.positiveNumber(THETA, 10_000));
    // transformers lets the field beside the parameters win here
    ConfigReader ofOriginal = config.isAbsent(ORIGINAL) ? parameters : config;
    return new RopeReader(config, parameters, fields, theta).read(ofOriginal);
  }

  /** Rope of the layers without a window, where those with one have their own. */
  static Rope ofFullLayers(ConfigReader config, CommonFields fields, double absentTheta) {
    ConfigReader parameters = orNone(orNone(config, PARAMETERS), FULL);
    if (config.has(SCALING)) {
      if (config.has(PARAMETERS) && config.value(PARAMETERS).path(FULL).isMissingNode()) {
        config.problem(SCALING, "and rope_parameters without full_attention say different things");
      }
      ConfigReader scaling = config.object(SCALING);
      if (scaling.isAbsent("rope_type") && !scaling.isAbsent("type")) {
        scaling.problem("type", "is ignored by transformers for this family; say rope_type");
      }
      parameters = scaling.over(parameters);
    }
    double theta = parameters.positiveNumber(THETA, config.positiveNumber(THETA, absentTheta));
    return new RopeReader(config, parameters, fields, theta).read(parameters);
  }

  /** Rope of the layers with a window, where those without one have their own. */
  static Rope ofSlidingLayers(ConfigReader config, CommonFields fields, double absentTheta) {
    ConfigReader parameters = orNone(orNone(config, PARAMETERS), SLIDING);
    double theta =
        parameters.positiveNumber(
            THETA, config.positiveNumber("rope_local_base_freq", absentTheta));
    return new RopeReader(config, parameters, fields, theta).read(parameters);
  }

  /** The object of that name, or one without fields where it is absent or null. */
  private static ConfigReader orNone(ConfigReader config, String name) {
    return config.has(name) ? config.object(name) : config.none();
  }

  /**
   * @param ofOriginal where the length is written that the model was trained with before it was
   *     stretched
   */
  private Rope read(ConfigReader ofOriginal) {
    String name = parameters.isAbsent("rope_type") ? "type" : "rope_type";
    String type = parameters.text(name, DEFAULT);
    if (!SUPPORTED.contains(type)) {
      parameters.problem(
          name, "is " + type + " but supported are default, linear, llama3 and yarn");
      type = DEFAULT;
    }
    for (ConfigReader reader : List.of(config, parameters)) {
      if (reader.has("partial_rotary_factor")
          && reader.positiveNumber("partial_rotary_factor", 1) != 1) {
        reader.problem("partial_rotary_factor", "is not 1, and that is not supported");
      }
    }
    float[] frequencies = frequencies(headSize, theta);
    if (type.equals(DEFAULT)) {
      return Rope.of(frequencies, 1);
    }
    int original = ofOriginal.size(ORIGINAL, contextLength, ConfigLimits.POSITIONS);
    if (type.equals("yarn")) {
      return yarn(original);
    }
    float factor = (float) parameters.positiveNumber("factor");
    if (type.equals("linear")) {
      for (int i = 0; i < frequencies.length; i++) {
        frequencies[i] /= factor;
      }
      return Rope.of(frequencies, 1);
    }
    return llama3(frequencies, factor, original);
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
  private Rope llama3(float[] frequencies, float factor, int original) {
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
  private Rope yarn(int original) {
    double factor =
        parameters.isNull("factor")
            ? (double) contextLength / original
            : parameters.positiveNumber("factor");
    double fast = orIfZero("beta_fast", 32);
    double slow = orIfZero("beta_slow", 1);
    double low = correction(fast, original);
    double high = correction(slow, original);
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
    return Rope.of(frequencies, (float) yarnMagnitude(factor));
  }

  /** The pair that turns {@code rotations} times in the original context. */
  private double correction(double rotations, int original) {
    return headSize
        * StrictMath.log(original / (rotations * 2 * Math.PI))
        / (2 * StrictMath.log(theta));
  }

  private double yarnMagnitude(double factor) {
    if (parameters.has("attention_factor")) {
      return parameters.positiveNumber("attention_factor");
    }
    double scale = orIfZero("mscale", 0);
    double scaleOfAll = orIfZero("mscale_all_dim", 0);
    return scale != 0 && scaleOfAll != 0
        ? magnitude(factor, scale) / magnitude(factor, scaleOfAll)
        : magnitude(factor, 1);
  }

  /** A positive number, or {@code other} where there is none, null or 0. */
  private double orIfZero(String name, double other) {
    boolean isZero = parameters.value(name).isNumber() && parameters.value(name).asDouble() == 0;
    return parameters.has(name) && !isZero ? parameters.positiveNumber(name, other) : other;
  }

  private static double magnitude(double factor, double scale) {
    return factor <= 1 ? 1 : 0.1 * scale * StrictMath.log(factor) + 1;
  }
}
