package dev.espalier.engine.cuda;

import dev.espalier.engine.Dtype;
import dev.espalier.engine.cuda.driver.CudaDevice;
import dev.espalier.engine.cuda.driver.DeviceArena;
import dev.espalier.engine.cuda.driver.DeviceBuffer;
import dev.espalier.engine.model.GateFunction;
import dev.espalier.engine.model.Operations.Matrix;
import dev.espalier.engine.model.WeightTensor;
import java.util.List;

/**
 * The kernels of a forward pass in one type: how weights and rows lie in memory, and what runs for
 * each operation of {@link dev.espalier.engine.model.Operations}. Rows of a launch are given as a
 * number; launches are queued on the device's stream. Matrices are those that the same object made.
 */
interface LayerKernels {

  /** The kernels for bfloat16 or float32. */
  static LayerKernels of(Dtype dtype, CudaDevice device) {
    return switch (dtype) {
      case BFLOAT16 -> new Bfloat16Kernels(device);
      case FLOAT32 -> new Float32Kernels(device);
      case AUTO -> throw new IllegalArgumentException("auto is no type to compute in");
    };
  }

  // ---- while loading

  // What these give out has its memory and its values after load().

  /** Stacks {@code parts}; biases are one for each part, or none. */
  Matrix matrix(List<WeightTensor> parts, List<WeightTensor> biases);

  /** Gate and up of a feed-forward layer, for {@link #projectGated}. */
  Matrix gatedMatrix(WeightTensor gate, WeightTensor up, List<WeightTensor> biases);

  DeviceNorm norm(WeightTensor weight, float epsilon, float offset);

  /** Sizes of heads are multiples of it. */
  int headSizeStep();

  /**
   * The kernels that attend for heads of one size, at most {@link AttentionShape#MOST_HEAD_SIZE}.
   */
  AttentionCode attention(int headSize);

  /** Lays out what products need of their own; called once, after the last matrix. */
  void reserve(DeviceArena workspace);

  /**
   * Allocates and loads what was given out since the last call, and waits for it.
   *
   * @return bytes that it takes
   */
  long load();

  // ---- of a step

  /** What works row by row, the same way in both types. */
  TokenKernels rowKernels();

  /**
   * @param tokens one int a row: a token, or {@code ~i} for the one of {@code answers[i]}
   */
  void embed(
      Matrix table,
      DeviceBuffer tokens,
      DeviceBuffer answers,
      float scale,
      DeviceActivation out,
      int rows);

  /**
   * @param delta null for nothing to add
   * @param post null for adding {@code delta} as it is
   */
  default void addNormalize(
      DeviceActivation residual,
      DeviceActivation delta,
      DeviceNorm post,
      DeviceNorm norm,
      DeviceActivation out,
      int rows) {
    rowKernels().addNormalize(residual, delta, post, norm, out, rows);
  }

  void project(DeviceActivation in, Matrix matrix, DeviceActivation out, int rows);

  void projectGated(
      DeviceActivation in, Matrix matrix, GateFunction function, DeviceActivation out, int rows);

  /**
   * @param outputRows one int for each of {@code outputs}: its row of {@code in}
   */
  default void gather(
      DeviceActivation in, DeviceBuffer outputRows, DeviceActivation out, int outputs) {
    rowKernels().gather(in, outputRows, out, outputs);
  }

  /**
   * Soft-capped logits of rows {@code first} to {@code first + count}, float32, row-major.
   *
   * @param first a multiple of 8
   */
  void logits(
      DeviceActivation in, int first, int count, Matrix head, float softCap, DeviceBuffer out);
}
