package dev.espalier.engine.cuda;

import dev.espalier.engine.cuda.driver.Arguments;

/**
 * Kernels that multiply tokens by a matrix, for one kind of GPU. All of them reduce in the
 * canonical order of {@code project_split.cu} and take the same arguments, so which one runs does
 * not enter the result.
 */
interface ProductKernels {

  /** Most tokens for which {@link #partial} is there. */
  int mostPartial();

  /** Whether to sum a matrix of several chunks by {@link #partial}, not by {@link #whole}. */
  default boolean prefersPartial(PanelMatrix matrix, int tokens) {
    return tokens <= mostPartial();
  }

  /** Sums each chunk of a matrix of several apart: see partials.cuh. */
  void partial(PanelMatrix matrix, int tokens, Arguments arguments);

  /** Multiplies and applies the epilogue. */
  void whole(PanelMatrix matrix, int tokens, Arguments arguments);
}
