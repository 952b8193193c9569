package dev.espalier.engine.cuda;

import dev.espalier.engine.cuda.driver.Arguments;
import dev.espalier.engine.cuda.driver.CudaDevice;
import dev.espalier.engine.cuda.driver.Kernel;

/** Matrix products on instructions that compute capability 8.0 and all later ones have. */
final class PortableProducts implements ProductKernels {
  /** Most tokens of one block of each kernel, ascending; the last has no kernel for chunks. */
  private static final int[] TILES = {8, 16, 32, 64, 128, 256};

  private static final int THREADS = 256;
  private static final int MOST_PARTIAL = 256;

  private final int multiprocessors;
  private final Kernel[] whole = new Kernel[TILES.length];
  private final Kernel[] partial = new Kernel[TILES.length - 1];
  private final Kernel single; // of the last size, for matrices of one chunk

  PortableProducts(CudaDevice device) {
    multiprocessors = device.multiprocessors();
    for (int i = 0; i < TILES.length; i++) {
      whole[i] = device.kernel("project_mma_" + TILES[i], THREADS, sharedBytes(TILES[i]));
    }
    int last = TILES[TILES.length - 1];
    single = device.kernel("project_mma_single_" + last, THREADS, sharedBytes(last));
    for (int i = 0; i < partial.length; i++) {
      partial[i] = device.kernel("project_mma_part_" + TILES[i], THREADS, sharedBytes(TILES[i]));
    }
  }

  /** As MmaShape in project_mma.cu. */
  static int sharedBytes(int tokens) {
    int stages = tokens <= 64 ? 4 : tokens == 128 ? 3 : 2;
    return stages * (PanelMatrix.TILE + tokens) * Panels.ROW_BYTES;
  }

  @Override
  public int mostPartial() {
    return MOST_PARTIAL;
  }

  @Override
  public void partial(PanelMatrix matrix, int tokens, Arguments arguments) {
    int size = size(tokens, partial.length);
    partial[size].launch(tiles(matrix, tokens, size), matrix.chunks(), arguments);
  }

  @Override
  public void whole(PanelMatrix matrix, int tokens, Arguments arguments) {
    int size = size(tokens, TILES.length);
    boolean largest = size == TILES.length - 1;
    // The largest tiles pay where they still give every multiprocessor work.
    if (largest && tiles(matrix, tokens, size) < multiprocessors) {
      size--;
      largest = false;
    }
    Kernel kernel = largest && matrix.chunks() == 1 ? single : whole[size];
    kernel.launch(tiles(matrix, tokens, size), 1, arguments);
  }

  private static int tiles(PanelMatrix matrix, int tokens, int size) {
    return (tokens + TILES[size] - 1) / TILES[size] * (matrix.rows() / PanelMatrix.TILE);
  }

  /** The smallest of the first {@code sizes} sizes that takes all tokens at once, or the last. */
  private static int size(int tokens, int sizes) {
    int size = 0;
    while (size < sizes - 1 && TILES[size] < tokens) {
      size++;
    }
    return size;
  }
}
