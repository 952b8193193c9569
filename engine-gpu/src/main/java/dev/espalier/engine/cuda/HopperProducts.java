package dev.espalier.engine.cuda;

import java.util.List;

/** Matrix products on wgmma and the bulk copy engine: compute capability 9.0. */
final class HopperProducts implements ProductKernels {
  /** Most tokens of each kernel for few tokens, ascending. */
  private static final int[] FEW = {8, 16, 32, 64, 128, 192, 256};

  private static final int FEW_THREADS = 288;
  private static final int[] SINGLE_WIDTHS = {128, 160, 192, 224, 256};
  private static final int[] CHUNKED_WIDTHS = {64, 96, 128, 144, 160, 176, 192};
  // Up to so many tokens the kernels for few tokens are faster than the tiled ones: measured.
  private static final int MOST_PARTIAL = 256;
  private static final int MOST_WHOLE = 192;

  private final int multiprocessors;
  private final Kernel[] whole = new Kernel[FEW.length];
  private final Kernel[] partial = new Kernel[FEW.length];
  private final List<TiledKernel> single;
  private final List<TiledKernel> chunked;

  HopperProducts(CudaDevice device) {
    multiprocessors = device.limits().multiprocessors();
    for (int i = 0; i < FEW.length; i++) {
      int shared = fewSharedBytes(FEW[i]);
      whole[i] = device.kernel("project_split_" + FEW[i], FEW_THREADS, shared);
      partial[i] = device.kernel("project_part_" + FEW[i], FEW_THREADS, shared);
    }
    single = TiledKernel.all(device, "single", SINGLE_WIDTHS);
    chunked = TiledKernel.all(device, "chunked", CHUNKED_WIDTHS);
  }

  /** As SplitShape in project_split.cu. */
  static int fewSharedBytes(int tokens) {
    int stage = (PanelMatrix.TILE + tokens) * Panels.ROW_BYTES;
    int budget = tokens <= 64 ? 104 * 1024 : 210 * 1024;
    int stages = Math.min(8, budget / stage);
    int sums = tokens * (PanelMatrix.TILE + 4) * Float.BYTES;
    return Math.max(stages * stage, sums) + 1024;
  }

  @Override
  public int mostPartial() {
    return MOST_PARTIAL;
  }

  @Override
  public void partial(PanelMatrix matrix, int tokens, Arguments arguments) {
    partial[size(tokens)].launch(matrix.chunks(), matrix.rows() / PanelMatrix.TILE, arguments);
  }

  @Override
  public void whole(PanelMatrix matrix, int tokens, Arguments arguments) {
    if (matrix.chunks() > 1) {
      tiled(chunked, matrix, tokens, arguments);
    } else if (tokens <= MOST_WHOLE && !fillsOneTile(tokens)) {
      whole[size(tokens)].launch(1, matrix.rows() / PanelMatrix.TILE, arguments);
    } else {
      tiled(single, matrix, tokens, arguments);
    }
  }

  private void tiled(
      List<TiledKernel> kernels, PanelMatrix matrix, int tokens, Arguments arguments) {
    TiledKernel.fastest(kernels, matrix.products(), tokens, multiprocessors)
        .kernel()
        .launch(multiprocessors, 1, arguments);
  }

  /** Whether one tile of tokens is well used, and a second not needed. */
  private static boolean fillsOneTile(int tokens) {
    return tokens > TiledKernel.TOKENS / 2 && tokens <= TiledKernel.TOKENS;
  }

  private static int size(int tokens) {
    int size = 0;
    while (FEW[size] < tokens) {
      size++;
    }
    return size;
  }
}
