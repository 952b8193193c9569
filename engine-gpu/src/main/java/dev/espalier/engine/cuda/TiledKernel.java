package dev.espalier.engine.cuda;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * A kernel of project_tiled.cu.
 *
 * @param width outputs of a tile
 */
record TiledKernel(int width, Kernel kernel) {
  /** Tokens of a tile. */
  static final int TOKENS = 128;

  private static final int THREADS = 384;
  private static final int PIPELINE_BYTES = 210 * 1024;
  // What a tile costs beside its products, in outputs of a tile: measured.
  private static final int OVERHEAD = 16;

  static List<TiledKernel> all(CudaDevice device, String kind, int... widths) {
    List<TiledKernel> kernels = new ArrayList<>();
    for (int width : widths) {
      String name = "project_tiled_" + kind + "_" + width;
      kernels.add(new TiledKernel(width, device.kernel(name, THREADS, sharedBytes(width))));
    }
    return Collections.unmodifiableList(kernels);
  }

  /** As TiledShape in project_tiled.cu. */
  static int sharedBytes(int width) {
    int stage = (TOKENS + width) * Panels.ROW_BYTES;
    return PIPELINE_BYTES / stage * stage + 1024;
  }

  /** The kernel of least {@link #cost}. */
  static TiledKernel fastest(
      List<TiledKernel> kernels, int outputs, int tokens, int multiprocessors) {
    return Collections.min(
        kernels, Comparator.comparingInt(k -> cost(k.width(), outputs, tokens, multiprocessors)));
  }

  /**
   * The relative time of tiles of a width: each multiprocessor takes one after the other, so that
   * only whole rounds count.
   */
  static int cost(int width, int outputs, int tokens, int multiprocessors) {
    int tiles = ceilDiv(tokens, TOKENS) * ceilDiv(outputs, width);
    return ceilDiv(tiles, multiprocessors) * (width + OVERHEAD);
  }

  private static int ceilDiv(int value, int divisor) {
    return (value + divisor - 1) / divisor;
  }
}
