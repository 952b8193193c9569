package dev.espalier.engine.cuda;

import dev.espalier.engine.cuda.driver.Arguments;
import dev.espalier.engine.cuda.driver.CudaDevice;
import dev.espalier.engine.cuda.driver.Kernel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Matrix products on wgmma and the bulk copy engine: compute capability 9.0. */
final class HopperProducts implements ProductKernels {
  /** Most tokens of each kernel that leaves partial sums, ascending. */
  private static final int[] PARTIAL_TOKENS = {8, 16, 32, 64, 128, 192};

  private static final int PARTIAL_THREADS = 320;
  private static final int MOST_PARTIAL = 192;
  // Where blocks outnumber multiprocessors, two share one, and tiles are faster beyond so many
  // tokens: measured.
  private static final int MOST_SHARED_PARTIAL = 16;

  private final int multiprocessors;
  private final Map<Integer, Kernel> partial = new LinkedHashMap<>();
  private final Map<Integer, Kernel> sharedPartial = new LinkedHashMap<>();
  private final Map<ProductTile, Kernel> single;
  private final Map<ProductTile, Kernel> chunked;

  HopperProducts(CudaDevice device) {
    multiprocessors = device.limits().multiprocessors();
    for (int tokens : PARTIAL_TOKENS) {
      partial.put(tokens, partialKernel(device, tokens, 1));
      if (tokens <= MOST_SHARED_PARTIAL) {
        sharedPartial.put(tokens, partialKernel(device, tokens, 2));
      }
    }
    single = tiledKernels(device, "single", ProductTile.SINGLE);
    chunked = tiledKernels(device, "chunked", ProductTile.CHUNKED);
  }

  private static Kernel partialKernel(CudaDevice device, int tokens, int resident) {
    String name = "project_part_" + tokens + "_" + resident;
    return device.kernel(name, PARTIAL_THREADS, partialSharedBytes(tokens, resident));
  }

  private static Map<ProductTile, Kernel> tiledKernels(
      CudaDevice device, String kind, List<ProductTile> tiles) {
    Map<ProductTile, Kernel> kernels = new LinkedHashMap<>();
    for (ProductTile tile : tiles) {
      String name = "project_tiled_" + kind + "_" + tile.tokens() + "_" + tile.outputs();
      kernels.put(tile, device.kernel(name, tile.threads(), tile.sharedBytes()));
    }
    return kernels;
  }

  /** As SplitShape in project_split.cu. */
  static int partialSharedBytes(int tokens, int resident) {
    int stage = (PanelMatrix.TILE + tokens) * Panels.ROW_BYTES;
    int budget = (resident == 1 ? 222 : 111) * 1024;
    return budget / stage * stage + 1024;
  }

  @Override
  public int mostPartial() {
    return MOST_PARTIAL;
  }

  @Override
  public boolean prefersPartial(PanelMatrix matrix, int tokens) {
    return tokens <= (oneBlockEach(matrix) ? MOST_PARTIAL : MOST_SHARED_PARTIAL);
  }

  private boolean oneBlockEach(PanelMatrix matrix) {
    return matrix.rows() / PanelMatrix.TILE * matrix.chunks() <= multiprocessors;
  }

  @Override
  public void partial(PanelMatrix matrix, int tokens, Arguments arguments) {
    int size = 0;
    while (PARTIAL_TOKENS[size] < tokens) {
      size++;
    }
    (oneBlockEach(matrix) ? partial : sharedPartial)
        .get(PARTIAL_TOKENS[size])
        .launch(matrix.chunks(), matrix.rows() / PanelMatrix.TILE, arguments);
  }

  @Override
  public void whole(PanelMatrix matrix, int tokens, Arguments arguments) {
    Map<ProductTile, Kernel> kernels = matrix.chunks() > 1 ? chunked : single;
    List<ProductTile> tiles = matrix.chunks() > 1 ? ProductTile.CHUNKED : ProductTile.SINGLE;
    ProductTile tile = ProductTile.fastest(tiles, matrix.products(), tokens, multiprocessors);
    kernels.get(tile).launch(multiprocessors, 1, arguments);
  }
}
