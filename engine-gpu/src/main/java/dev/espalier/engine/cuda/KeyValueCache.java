package dev.espalier.engine.cuda;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.cuda.driver.Arguments;
import dev.espalier.engine.cuda.driver.CudaDevice;
import dev.espalier.engine.cuda.driver.DeviceBuffer;
import dev.espalier.engine.cuda.driver.Kernel;
import dev.espalier.engine.forward.ForwardBatch;
import dev.espalier.engine.model.AttentionConfig;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Pages of keys and values. One layer after the other; in a layer, page after page; in a page
 * {@code [keys, values][keyValueHeads][pageSize][headSize]}.
 */
final class KeyValueCache implements AutoCloseable {
  private static final int COPY_THREADS = 256;
  private static final int PIECE_BYTES = 16;

  private final CudaDevice device;
  private final Kernel copyPages;
  private final Arguments arguments = new Arguments();
  private final int layers;
  private final AttentionConfig shape;
  private final int pageSize;
  private final int elementBytes;
  private int pages;
  private DeviceBuffer memory;

  /**
   * A cache without pages, until {@link #resize}.
   *
   * @param elementBytes of a key's or value's element
   */
  KeyValueCache(
      CudaDevice device, List<AttentionConfig> attention, int pageSize, int elementBytes) {
    this.device = device;
    this.copyPages = device.kernel("copy_pages", COPY_THREADS, 0);
    this.layers = attention.size();
    this.shape = attention.get(0);
    this.pageSize = pageSize;
    this.elementBytes = elementBytes;
    for (AttentionConfig layer : attention) {
      if (layer.keyValueHeads() != shape.keyValueHeads() || layer.headSize() != shape.headSize()) {
        throw new EngineException(
            ErrorCode.CHECKPOINT_INVALID,
            "The GPU engine needs equal key-value heads and head sizes in all layers");
      }
    }
  }

  /**
   * Takes memory for as many pages as fit in {@code bytes}, in place of those before; no launch may
   * name those any more.
   *
   * @throws EngineException OUT_OF_MEMORY if not one page fits
   */
  void resize(long bytes) {
    close();
    long page = bytesOfPages(1);
    long count = Math.min(Integer.MAX_VALUE / 2, bytes / page);
    if (count < 1) {
      throw new EngineException(
          ErrorCode.OUT_OF_MEMORY,
          "One page of keys and values needs "
              + page
              + " bytes, and there are "
              + bytes
              + ": raise kvCacheBytes, lower maxBatchTokens or maxSequences, or use a GPU with more"
              + " memory");
    }
    memory = DeviceBuffer.allocate(page * count, count + " pages of keys and values");
    memory.zero(device);
    pages = (int) count;
  }

  /** Bytes that so many pages take in all layers together. */
  long bytesOfPages(int count) {
    return pageBytes() * layers * count;
  }

  /** Bytes of a page in one layer. */
  private long pageBytes() {
    return 2L * shape.keyColumns() * pageSize * elementBytes;
  }

  int pages() {
    return pages;
  }

  int pageSize() {
    return pageSize;
  }

  /** The pages of one layer. */
  DeviceBuffer layer(int layer) {
    long bytes = pageBytes() * pages;
    return memory.slice(layer * bytes, bytes);
  }

  /** All pages. */
  DeviceBuffer memory() {
    return memory;
  }

  /** Queues the page copies of a step, in order: a launch takes as many as touch other pages. */
  void copy(List<ForwardBatch.PageCopy> copies, StepUpload upload) {
    int first = 0;
    while (first < copies.size()) {
      int end = first + independent(copies.subList(first, copies.size()));
      long page = pageBytes() / PIECE_BYTES;
      arguments
          .begin()
          .add(memory)
          .add(upload.part(StepImage.Part.COPIES, 3 * first))
          .add(page * pages)
          .add(page)
          .add(shape.keyValueHeads())
          .add(pageSize)
          .add(shape.headSize() * elementBytes / PIECE_BYTES);
      copyPages.launch(layers * 2 * shape.keyValueHeads(), end - first, arguments);
      first = end;
    }
  }

  /** How many copies from the first on have no page that an earlier one of them writes. */
  static int independent(List<ForwardBatch.PageCopy> copies) {
    Set<Integer> read = new HashSet<>();
    Set<Integer> written = new HashSet<>();
    int count = 0;
    for (ForwardBatch.PageCopy copy : copies) {
      if (written.contains(copy.fromPage())
          || written.contains(copy.toPage())
          || read.contains(copy.toPage())) {
        break;
      }
      read.add(copy.fromPage());
      written.add(copy.toPage());
      count++;
    }
    return count;
  }

  @Override
  public void close() {
    DeviceBuffer old = memory;
    memory = null;
    pages = 0;
    if (old != null) {
      old.close();
    }
  }
}
