package dev.espalier.engine.cuda;

/** Matrix products on instructions that compute capability 8.0 and all later ones have. */
final class PortableProducts implements ProductKernels {
  /** Most tokens of one block of each kernel, ascending. */
  private static final int[] TILES = {8, 16, 32, 64, 128};

  private static final int THREADS = 256;
  private static final int MOST_PARTIAL = 256;

  private final Kernel[] whole = new Kernel[TILES.length];
  private final Kernel[] partial = new Kernel[TILES.length];

  PortableProducts(CudaDevice device) {
    for (int i = 0; i < TILES.length; i++) {
      int shared = sharedBytes(TILES[i]);
      whole[i] = device.kernel("project_mma_" + TILES[i], THREADS, shared);
      partial[i] = device.kernel("project_mma_part_" + TILES[i], THREADS, shared);
    }
  }

  /** As MmaShape in project_mma.cu. */
  static int sharedBytes(int tokens) {
    int stages = tokens <= 64 ? 4 : 3;
    return stages * (PanelMatrix.TILE + tokens) * Panels.ROW_BYTES;
  }

  @Override
  public int mostPartial() {
    return MOST_PARTIAL;
  }

  @Override
  public void partial(PanelMatrix matrix, int tokens, Arguments arguments) {
    int size = size(tokens);
    partial[size].launch(tiles(matrix, tokens, TILES[size]), matrix.chunks(), arguments);
  }

  @Override
  public void whole(PanelMatrix matrix, int tokens, Arguments arguments) {
    int size = size(tokens);
    whole[size].launch(tiles(matrix, tokens, TILES[size]), 1, arguments);
  }

  private static int tiles(PanelMatrix matrix, int tokens, int tile) {
    return (tokens + tile - 1) / tile * (matrix.rows() / PanelMatrix.TILE);
  }

  private static int size(int tokens) {
    int size = 0;
    while (size < TILES.length - 1 && TILES[size] < tokens) {
      size++;
    }
    return size;
  }
}
