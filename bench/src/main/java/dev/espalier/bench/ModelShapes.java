package dev.espalier.bench;

import dev.espalier.engine.model.AttentionConfig;
import dev.espalier.engine.model.GateFunction;
import dev.espalier.engine.model.ModelConfig;
import dev.espalier.engine.model.Rope;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Shapes of well-known models, for measurements with random weights. */
public final class ModelShapes {
  private static final Map<String, ModelConfig> SHAPES = new LinkedHashMap<>();

  static {
    SHAPES.put(
        "llama-3-8b", shape("Llama", 128256, 4096, 14336, 32, 32, 8, 128, 5e5, false, false));
    SHAPES.put("qwen3-8b", shape("Qwen3", 151936, 4096, 12288, 36, 32, 8, 128, 1e6, false, true));
    SHAPES.put("llama-3.2-1b", shape("Llama", 128256, 2048, 8192, 16, 32, 8, 64, 5e5, true, false));
    SHAPES.put("tiny", shape("Llama", 2048, 128, 256, 2, 2, 1, 64, 1e4, false, false));
  }

  private ModelShapes() {}

  /** The shapes by name. */
  public static Map<String, ModelConfig> all() {
    return Collections.unmodifiableMap(SHAPES);
  }

  private static ModelConfig shape(
      String family,
      int vocabulary,
      int hidden,
      int feedForward,
      int layers,
      int heads,
      int keyValueHeads,
      int headSize,
      double theta,
      boolean tied,
      boolean headNorms) {
    float[] frequencies = new float[headSize / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = (float) Math.pow(theta, -2.0 * i / headSize);
    }
    AttentionConfig attention =
        new AttentionConfig(
            heads,
            keyValueHeads,
            headSize,
            (float) (1 / Math.sqrt(headSize)),
            0,
            0,
            Rope.of(frequencies, 1));
    return new ModelConfig(
        family + "ForCausalLM",
        vocabulary,
        hidden,
        feedForward,
        8192,
        1e-5f,
        0,
        1,
        GateFunction.SILU,
        0,
        tied,
        new ModelConfig.LayerParts(false, false, false, headNorms, false),
        Collections.nCopies(layers, attention));
  }
}
