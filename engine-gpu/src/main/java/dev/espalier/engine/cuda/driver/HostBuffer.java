package dev.espalier.engine.cuda.driver;

import static dev.espalier.engine.cuda.driver.CudaCalls.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jcuda.Pointer;
import jcuda.driver.JCudaDriver;

/** Page-locked host memory, which the device copies from and to without the host's help. */
public final class HostBuffer implements AutoCloseable {
  private final Pointer pointer = new Pointer();
  private final ByteBuffer content;

  public HostBuffer(int bytes, String what) {
    check(
        JCudaDriver.cuMemHostAlloc(pointer, bytes, 0),
        "cuMemHostAlloc of " + bytes + " bytes for " + what);
    content = pointer.getByteBuffer(0, bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The memory itself; absolute reads and writes leave its position alone. */
  public ByteBuffer content() {
    return content;
  }

  public int bytes() {
    return content.capacity();
  }

  /** Queues a copy of the first {@code bytes} to the device. */
  public void upload(DeviceBuffer to, int bytes, CudaDevice device) {
    check(
        JCudaDriver.cuMemcpyHtoDAsync(to.pointer(), pointer, bytes, device.stream()),
        "cuMemcpyHtoDAsync of " + bytes + " bytes");
  }

  /** Queues a copy of {@code bytes} from the device into the beginning. */
  public void download(DeviceBuffer from, int bytes, CudaDevice device) {
    check(
        JCudaDriver.cuMemcpyDtoHAsync(pointer, from.pointer(), bytes, device.stream()),
        "cuMemcpyDtoHAsync of " + bytes + " bytes");
  }

  @Override
  public void close() {
    check(JCudaDriver.cuMemFreeHost(pointer), "cuMemFreeHost");
  }
}
