package dev.espalier.engine.cuda;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * What one block of project_tiled.cu multiplies at a time: so many tokens by so many outputs, all
 * inputs.
 */
record ProductTile(int tokens, int outputs) {
  private static final int PIPELINE_BYTES = 222 * 1024;
  // What a tile costs beside its products, in outputs of a tile: measured.
  private static final int OVERHEAD = 16;

  /** Tiles for matrices of one chunk. */
  static final List<ProductTile> SINGLE =
      List.of(
          new ProductTile(64, 128),
          new ProductTile(64, 192),
          new ProductTile(64, 224),
          new ProductTile(64, 256),
          new ProductTile(128, 128),
          new ProductTile(128, 160),
          new ProductTile(128, 192),
          new ProductTile(128, 224),
          new ProductTile(128, 256),
          new ProductTile(192, 112),
          new ProductTile(192, 128),
          new ProductTile(192, 192));

  /** Tiles for matrices of several chunks, whose sums take registers twice. */
  static final List<ProductTile> CHUNKED =
      List.of(
          new ProductTile(64, 48),
          new ProductTile(128, 48),
          new ProductTile(128, 64),
          new ProductTile(128, 96),
          new ProductTile(128, 128),
          new ProductTile(128, 144),
          new ProductTile(128, 160),
          new ProductTile(128, 176),
          new ProductTile(128, 192));

  private static final int MANY_TOKENS = 128;

  int threads() {
    return 2 * tokens + 128;
  }

  /** As TiledShape in project_tiled.cu. */
  int sharedBytes() {
    int stage = (tokens + outputs) * Panels.ROW_BYTES;
    return PIPELINE_BYTES / stage * stage + 1024;
  }

  /**
   * The tile by which a product is fastest: of the fewest tokens that hold all, or of {@value
   * #MANY_TOKENS} where none does; of those, the one of least {@link #cost}.
   */
  static ProductTile fastest(
      List<ProductTile> tiles, int outputs, int tokens, int multiprocessors) {
    int height =
        tiles.stream()
            .mapToInt(ProductTile::tokens)
            .filter(t -> t >= tokens)
            .min()
            .orElse(MANY_TOKENS);
    return Collections.min(
        tiles.stream().filter(tile -> tile.tokens == height).toList(),
        Comparator.comparingInt(tile -> tile.cost(outputs, tokens, multiprocessors)));
  }

  /**
   * The relative time among tiles of as many tokens: each multiprocessor takes one after the other,
   * so that only whole rounds count.
   */
  private int cost(int outputsOfAll, int tokensOfAll, int multiprocessors) {
    int tiles = ceilDiv(tokensOfAll, tokens) * ceilDiv(outputsOfAll, outputs);
    return ceilDiv(tiles, multiprocessors) * (outputs + OVERHEAD);
  }

  private static int ceilDiv(int value, int divisor) {
    return (value + divisor - 1) / divisor;
  }
}
