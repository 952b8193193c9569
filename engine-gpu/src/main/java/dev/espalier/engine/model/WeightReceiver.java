package dev.espalier.engine.model;

import java.util.List;

/** Takes over the weights of a checkpoint in the form that the operations of a device need. */
public interface WeightReceiver {

  /**
   * Loads a linear map. Parts are stacked: the outputs of the first part come first.
   *
   * @param parts tensors of shape {@code [outputs, inputs]} with equal {@code inputs}
   * @param biases a tensor of shape {@code [outputs]} for each part, or empty for none
   */
  Operations.Matrix matrix(List<WeightTensor> parts, List<WeightTensor> biases);

  /**
   * Loads the two maps of a gated feed-forward layer for {@link Operations#projectGated}.
   *
   * @param gate shape {@code [outputs, inputs]}; its product goes through the activation function
   * @param up the same shape
   * @param biases of gate and up, shape {@code [outputs]} each, or empty for none
   * @return a matrix whose {@link Operations.Matrix#outputs} is that of {@code gate}
   */
  Operations.Matrix gatedMatrix(WeightTensor gate, WeightTensor up, List<WeightTensor> biases);

  /**
   * Loads a normalisation {@code x * rsqrt(mean(x * x) + epsilon) * (weight + offset)}, computed in
   * float32.
   *
   * @param weight shape {@code [length]}
   * @param offset 1 for families that store {@code weight - 1}, else 0
   */
  Operations.Norm norm(WeightTensor weight, float epsilon, float offset);
}
