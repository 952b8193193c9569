package dev.espalier.bench;

import dev.espalier.engine.Dtype;
import dev.espalier.engine.cuda.Instruments;
import dev.espalier.engine.model.AttentionConfig;
import dev.espalier.engine.model.ModelConfig;

/**
 * The least time that work on a GPU takes: its bytes at the rate of the memory or its operations at
 * that of the arithmetic, whichever is longer. Ceilings of one H200: streaming reads and bfloat16
 * products on random data as measured, float32 as its maker says.
 *
 * @param bytesPerSecond of the memory
 * @param flopsPerSecond of the arithmetic
 * @param elementBytes of a key, value or activation; weights are bfloat16 in either case
 */
record Roofline(double bytesPerSecond, double flopsPerSecond, int elementBytes) {

  static Roofline of(Dtype dtype) {
    return dtype == Dtype.FLOAT32
        ? new Roofline(4.54e12, 67e12, Float.BYTES)
        : new Roofline(4.54e12, 790e12, Short.BYTES);
  }

  double seconds(double bytes, double flops) {
    return Math.max(bytes / bytesPerSecond, flops / flopsPerSecond);
  }

  /** Seconds of a product with a matrix of {@code weights} elements. */
  double productSeconds(double weights, double tokens) {
    return seconds(Short.BYTES * weights, 2 * weights * tokens);
  }

  /** Bytes of the keys and values that attention of a decode step reads, all layers. */
  double keyValueBytes(ModelConfig config, DecodeSteps.Shape shape) {
    double bytes = 0;
    for (AttentionConfig layer : config.layers()) {
      bytes += 2.0 * elementBytes * layer.keyColumns() * shape.positions();
    }
    return bytes;
  }

  private static double attentionFlops(ModelConfig config, DecodeSteps.Shape shape) {
    double flops = 0;
    for (AttentionConfig layer : config.layers()) {
      flops += 4.0 * layer.queryColumns() * shape.context() * shape.sequences();
    }
    return flops;
  }

  /** Seconds of the attention of a decode step. */
  double attentionSeconds(ModelConfig config, DecodeSteps.Shape shape) {
    return seconds(keyValueBytes(config, shape), attentionFlops(config, shape));
  }

  /** Seconds of a decode step. */
  double stepSeconds(ModelConfig config, DecodeSteps.Shape shape) {
    double weights = multiplied(config);
    return seconds(
        Short.BYTES * weights + keyValueBytes(config, shape),
        2 * weights * shape.sequences() + attentionFlops(config, shape));
  }

  /** Seconds of prompts, whose bytes do not count. */
  double promptSeconds(ModelConfig config, double tokens) {
    return 2.0 * config.parameters() * tokens / flopsPerSecond;
  }

  /** Weights that a token is multiplied with: all but those of a table of embeddings alone. */
  private static double multiplied(ModelConfig config) {
    double embedding = (double) config.vocabularySize() * config.hiddenSize();
    return config.parameters() - (config.tiedEmbeddings() ? 0 : embedding);
  }

  /** Seconds of a part of a decode step. */
  double partSeconds(ModelConfig config, Instruments.Part part, DecodeSteps.Shape shape) {
    double hidden = config.hiddenSize();
    double feedForward = config.feedForwardSize();
    int rows = shape.sequences();
    double seconds = 0;
    for (AttentionConfig layer : config.layers()) {
      double qkv = layer.queryColumns() + 2.0 * layer.keyColumns();
      seconds +=
          switch (part) {
            case PROJECTIONS ->
                productSeconds(hidden * (qkv + layer.queryColumns() + feedForward), rows);
            case GATED_PROJECTIONS -> productSeconds(2 * hidden * feedForward, rows);
            // Queries, keys and values are read, and written in their places.
            case ROTATION -> seconds(2 * elementBytes * qkv * rows, 0);
            // Twice a layer: the residual is read and written in float32, what is added to it
            // read, the result written.
            case NORMALIZATION ->
                seconds(2 * (2 * Float.BYTES + 2 * elementBytes) * hidden * rows, 0);
            case ATTENTION, LOGITS_AND_SAMPLING -> 0;
          };
    }
    return switch (part) {
      case ATTENTION -> attentionSeconds(config, shape);
      case LOGITS_AND_SAMPLING -> productSeconds(hidden * config.vocabularySize(), rows);
      default -> seconds;
    };
  }
}
