package dev.espalier.engine.cuda;

import dev.espalier.engine.cuda.driver.Arguments;
import dev.espalier.engine.cuda.driver.CudaDevice;
import dev.espalier.engine.cuda.driver.DeviceBuffer;
import dev.espalier.engine.cuda.driver.Kernel;

/** Fills device memory with normally distributed bfloat16 values, for measurements. */
final class Noise {
  private final CudaDevice device;
  private final Kernel fill;
  private final Arguments arguments = new Arguments();

  Noise(CudaDevice device) {
    this.device = device;
    this.fill = device.kernel("fill_random", 256, 0);
  }

  /**
   * Queues the filling of the first {@code bytes} of a buffer.
   *
   * @param seed decides the values
   */
  void fill(DeviceBuffer buffer, long bytes, float deviation, long seed) {
    arguments.begin().add(buffer).add(bytes / Short.BYTES).add(deviation).add(seed);
    fill.launch(8 * device.multiprocessors(), 1, arguments);
  }
}
