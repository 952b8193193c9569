package dev.espalier.engine.cuda;

import dev.espalier.engine.cuda.driver.CudaDevice;
import dev.espalier.engine.cuda.driver.DeviceBuffer;
import dev.espalier.engine.model.ElementType;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A matrix of normally distributed noise.
 *
 * @param deviation of the noise
 * @param seed decides the noise
 */
record NoiseMatrix(String name, List<Integer> shape, float deviation, long seed)
    implements DeviceTensor {

  NoiseMatrix {
    shape = List.copyOf(shape);
  }

  @Override
  public ElementType type() {
    return ElementType.BF16;
  }

  @Override
  public ByteBuffer rows(int first, int count) {
    throw new UnsupportedOperationException(name + " is made on the device");
  }

  @Override
  public void fill(CudaDevice device, DeviceBuffer buffer, long bytes, int first) {
    new Noise(device).fill(buffer, bytes, deviation, seed + first);
  }
}
