package dev.espalier.engine.cuda;

import static dev.espalier.engine.cuda.CudaCalls.check;

import jcuda.driver.CUdeviceptr;
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

  /** Fills the buffer with zeros and waits. */
  void zero() {
    check(JCudaDriver.cuMemsetD8(pointer(), (byte) 0, bytes), "cuMemsetD8 of " + bytes + " bytes");
    // It returns before it is done, and our stream does not wait for the default one.
    check(JCudaDriver.cuCtxSynchronize(), "cuCtxSynchronize after cuMemsetD8");
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
