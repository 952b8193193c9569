package dev.espalier.engine.cuda;

import static dev.espalier.engine.cuda.CudaCalls.check;

import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;

/**
 * A piece of device memory. Only the buffer that {@link #allocate} gave is freed; slices share it.
 */
final class DeviceBuffer implements AutoCloseable {
  private final Base base;
  private final long offset;
  private final long bytes;

  private DeviceBuffer(Base base, long offset, long bytes) {
    this.base = base;
    this.offset = offset;
    this.bytes = bytes;
  }

  /**
   * Allocates memory, aligned to 256 bytes.
   *
   * @param what it is for, as errors say it
   */
  static DeviceBuffer allocate(long bytes, String what) {
    Base base = new Base();
    check(JCudaDriver.cuMemAlloc(base, bytes), "cuMemAlloc of " + bytes + " bytes for " + what);
    return new DeviceBuffer(base, 0, bytes);
  }

  DeviceBuffer slice(long from, long length) {
    if (from < 0 || length < 0 || from + length > bytes) {
      throw new IndexOutOfBoundsException(from + " + " + length + " of " + bytes + " bytes");
    }
    return new DeviceBuffer(base, offset + from, length);
  }

  /** The address that kernels take. */
  long address() {
    return base.address() + offset;
  }

  CUdeviceptr pointer() {
    return base.withByteOffset(offset);
  }

  long bytes() {
    return bytes;
  }

  /** Queues filling the buffer with zeros: before what is queued on the same stream later. */
  void zero(CUstream stream) {
    check(
        JCudaDriver.cuMemsetD8Async(pointer(), (byte) 0, bytes, stream),
        "cuMemsetD8Async of " + bytes + " bytes");
  }

  @Override
  public void close() {
    check(JCudaDriver.cuMemFree(base), "cuMemFree of " + bytes + " bytes");
  }

  private static final class Base extends CUdeviceptr {
    long address() {
      return getNativePointer();
    }
  }
}
