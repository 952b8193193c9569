package dev.espalier.engine.cpu;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.forward.ForwardBatch.PageCopy;
import dev.espalier.engine.model.AttentionConfig;
import java.util.List;

/**
 * Keys and values of all layers in pages, in float32. In a page the keys of a head are transposed,
 * {@code [headSize][PAGE]}, so that vector lanes are positions; values are {@code [PAGE][width]}.
 */
final class PagedCache {

  /** Positions in a page; no fewer than the most lanes. */
  static final int PAGE = 16;

  /** What the width of a value row is a multiple of: 4 vectors of the most lanes. */
  static final int VALUE_ALIGNMENT = 64;

  private final int pages;
  private final Layer[] layers;

  /** One layer. */
  static final class Layer {
    private final int keyValueHeads;
    private final int headSize;
    private final int width;
    private final float[] keys;
    private final float[] values;

    private Layer(AttentionConfig attention, int pages) {
      keyValueHeads = attention.keyValueHeads();
      headSize = attention.headSize();
      width = alignedWidth(headSize);
      keys = new float[pages * keyValueHeads * headSize * PAGE];
      values = new float[pages * keyValueHeads * width * PAGE];
    }

    float[] keys() {
      return keys;
    }

    float[] values() {
      return values;
    }

    /** Floats from one value row to the next. */
    int width() {
      return width;
    }

    /** Where the keys of a head begin in a page. */
    int keyOffset(int page, int head) {
      return (page * keyValueHeads + head) * headSize * PAGE;
    }

    /** Where the values of a head begin in a page. */
    int valueOffset(int page, int head) {
      return (page * keyValueHeads + head) * width * PAGE;
    }

    private void copy(PageCopy copy) {
      for (int head = 0; head < keyValueHeads; head++) {
        int from = keyOffset(copy.fromPage(), head);
        int to = keyOffset(copy.toPage(), head);
        for (int d = 0; d < headSize; d++) {
          System.arraycopy(keys, from + d * PAGE, keys, to + d * PAGE, copy.tokens());
        }
        System.arraycopy(
            values,
            valueOffset(copy.fromPage(), head),
            values,
            valueOffset(copy.toPage(), head),
            copy.tokens() * width);
      }
    }
  }

  private PagedCache(List<AttentionConfig> layers, int pages) {
    this.pages = pages;
    this.layers = layers.stream().map(layer -> new Layer(layer, pages)).toArray(Layer[]::new);
  }

  /**
   * Allocates as many pages as fit in {@code bytes}.
   *
   * @throws EngineException OUT_OF_MEMORY if that is none, or the heap is too small
   */
  static PagedCache allocate(List<AttentionConfig> layers, long bytes) {
    long perPage = 0;
    long largest = 0;
    for (AttentionConfig layer : layers) {
      long values = (long) layer.keyValueHeads() * alignedWidth(layer.headSize()) * PAGE;
      long keys = (long) layer.keyValueHeads() * layer.headSize() * PAGE;
      perPage += (keys + values) * Float.BYTES;
      largest = Math.max(largest, values);
    }
    long pages = Math.min(bytes / perPage, (Integer.MAX_VALUE - 8) / largest);
    if (pages < 1) {
      throw new EngineException(
          ErrorCode.OUT_OF_MEMORY,
          "kvCacheBytes is " + bytes + ", but one page of " + PAGE + " tokens takes " + perPage);
    }
    try {
      return new PagedCache(layers, (int) pages);
    } catch (OutOfMemoryError e) {
      throw new EngineException(
          ErrorCode.OUT_OF_MEMORY,
          "The Java heap has no room for "
              + bytes
              + " bytes of keys and values; lower"
              + " kvCacheBytes or raise -Xmx",
          e);
    }
  }

  private static int alignedWidth(int headSize) {
    return (headSize + VALUE_ALIGNMENT - 1) / VALUE_ALIGNMENT * VALUE_ALIGNMENT;
  }

  int pages() {
    return pages;
  }

  Layer layer(int index) {
    return layers[index];
  }

  void copy(PageCopy copy) {
    for (Layer layer : layers) {
      layer.copy(copy);
    }
  }
}
