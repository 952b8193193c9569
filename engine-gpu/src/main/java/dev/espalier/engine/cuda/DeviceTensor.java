package dev.espalier.engine.cuda;

import dev.espalier.engine.cuda.driver.CudaDevice;
import dev.espalier.engine.cuda.driver.DeviceBuffer;
import dev.espalier.engine.model.WeightTensor;

/** A tensor that the device makes itself instead of taking it from the host. */
interface DeviceTensor extends WeightTensor {

  /**
   * Queues the filling of {@code buffer} with rows.
   *
   * @param bytes of the rows
   * @param first row
   */
  void fill(CudaDevice device, DeviceBuffer buffer, long bytes, int first);
}
