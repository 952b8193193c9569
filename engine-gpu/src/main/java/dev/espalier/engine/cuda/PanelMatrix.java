package dev.espalier.engine.cuda;

import dev.espalier.engine.cuda.driver.DeviceBuffer;

/**
 * Weights of a linear map in panels. Rows are padded to a multiple of {@link #TILE}, columns to
 * whole panels, with zeros.
 *
 * @param outputs of the map; for a gated matrix those of the gate alone
 * @param inputs columns
 * @param products columns of the matrix product: {@code outputs}, or twice that if gated
 * @param gated whether 8 rows of gate and 8 rows of up take turns
 * @param weights the panels
 * @param bias fp32, one for each padded row, or null
 */
record PanelMatrix(
    int outputs, int inputs, int products, boolean gated, DeviceBuffer weights, DeviceBuffer bias)
    implements DeviceMatrix {

  /** Rows of weights that one block multiplies. */
  static final int TILE = 128;

  /** A kernel may read as many rows beyond the last panel. */
  static final int SLACK_BYTES = 256 * Panels.ROW_BYTES;

  private static final int ENOUGH_BLOCKS = 120;

  /** Most chunks of the canonical reduction: as {@code kMostChunks} in partials.cuh. */
  static final int MOST_CHUNKS = 8;

  private static final int LEAST_CHUNK_PANELS = 8;

  /** Rows of the panels. */
  @Override
  public int rows() {
    return Panels.roundUp(products, TILE);
  }

  int panels() {
    return Panels.count(inputs);
  }

  /**
   * Chunks of the canonical reduction: a constant of the matrix, enough of them that few tokens
   * still occupy the whole GPU.
   */
  int chunks() {
    int chunks = 1;
    while (!gated
        && chunks < MOST_CHUNKS
        && rows() / TILE * chunks < ENOUGH_BLOCKS
        && panels() / (2 * chunks) >= LEAST_CHUNK_PANELS) {
      chunks *= 2;
    }
    return chunks;
  }

  /** Panels in every chunk but the last, which may have fewer. */
  int chunkPanels() {
    return (panels() + chunks() - 1) / chunks();
  }
}
