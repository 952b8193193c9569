package dev.espalier.engine.cuda;

import dev.espalier.engine.cuda.driver.CudaDevice;
import dev.espalier.engine.cuda.driver.DeviceBuffer;
import dev.espalier.engine.cuda.driver.HostBuffer;
import dev.espalier.engine.cuda.driver.Resources;
import dev.espalier.engine.cuda.driver.StreamEvent;
import dev.espalier.engine.model.WeightTensor;
import java.util.function.Consumer;

/**
 * The way of rows from a checkpoint to the device: from the file into page-locked memory, and from
 * there to the device, where kernels lay them out. A few buffers take turns, each with an event
 * behind its last use, so that one is filled while others are copied and read.
 */
final class WeightStaging implements AutoCloseable {
  /** Rows that are copied at once take at most so many bytes. */
  static final int BUFFER_BYTES = 32 << 20;

  // One that is filled, one that is copied, and one for a bias or a norm between two matrices.
  private static final int BUFFERS = 3;

  private final CudaDevice device;
  private final Resources resources = new Resources();
  private final WeightReader reader;
  private final Buffer[] buffers = new Buffer[BUFFERS];
  private int turn;
  private long bytes;

  private record Buffer(HostBuffer host, DeviceBuffer device, StreamEvent used) {}

  WeightStaging(CudaDevice device) {
    this.device = device;
    try {
      for (int i = 0; i < BUFFERS; i++) {
        buffers[i] =
            new Buffer(
                resources.own(new HostBuffer(BUFFER_BYTES, "staging weights")),
                resources.own(DeviceBuffer.allocate(BUFFER_BYTES, "staging weights")),
                resources.own(new StreamEvent()));
      }
      reader = resources.own(new WeightReader());
    } catch (RuntimeException | Error e) {
      resources.close();
      throw e;
    }
  }

  /**
   * Queues the copy of a piece and what reads them.
   *
   * @param use queues the kernels that read the rows, row-major, in the type of {@code tensor}
   */
  void stage(WeightTensor tensor, WeightReader.Piece piece, Consumer<DeviceBuffer> use) {
    turn = (turn + 1) % BUFFERS;
    Buffer buffer = buffers[turn];
    if (tensor instanceof DeviceTensor made) {
      made.fill(device, buffer.device(), piece.bytes(), piece.first());
    } else {
      buffer.used().await("loading weights before " + tensor.name());
      reader.read(tensor, piece, buffer.host().content());
      buffer.host().upload(buffer.device(), piece.bytes(), device);
      bytes += piece.bytes();
    }
    use.accept(buffer.device());
    buffer.used().record(device);
  }

  /** Bytes that came from tensors of a checkpoint. */
  long bytes() {
    return bytes;
  }

  /** Waits for what is queued, and frees the buffers. */
  @Override
  public void close() {
    try {
      device.synchronize("loading weights");
    } finally {
      resources.close();
    }
  }
}
