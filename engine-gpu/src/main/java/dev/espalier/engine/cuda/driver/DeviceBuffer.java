package dev.espalier.engine.cuda.driver;

import static dev.espalier.engine.cuda.driver.CudaCalls.check;

import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.JCudaDriver;

/**
 * A piece of device memory. Only the buffer that {@link #allocate} gave is freed; slices share it,
 * and parts of a {@link DeviceArena} are freed with it.
 */
public final class DeviceBuffer implements AutoCloseable {
  private final Memory memory;
  private final long offset;
  private final long bytes;

  /** A part of memory, which need not be allocated before the part is used. */
  public DeviceBuffer(Memory memory, long offset, long bytes) {
    this.memory = memory;
    this.offset = offset;
    this.bytes = bytes;
  }

  /**
   * Allocates memory, aligned to 256 bytes.
   *
   * @param what it is for, as errors say it
   */
  public static DeviceBuffer allocate(long bytes, String what) {
    Memory memory = new Memory();
    memory.allocate(bytes, what);
    return new DeviceBuffer(memory, 0, bytes);
  }

  public DeviceBuffer slice(long from, long length) {
    if (from < 0 || length < 0 || from + length > bytes) {
      throw new IndexOutOfBoundsException(from + " + " + length + " of " + bytes + " bytes");
    }
    return new DeviceBuffer(memory, offset + from, length);
  }

  /** The address that kernels take. */
  public long address() {
    return memory.address() + offset;
  }

  public CUdeviceptr pointer() {
    return memory.at(offset);
  }

  public long bytes() {
    return bytes;
  }

  /** Where it begins in its allocation, in bytes. */
  public long offset() {
    return offset;
  }

  /** Queues filling the buffer with zeros: before what is queued on the same stream later. */
  public void zero(CudaDevice device) {
    check(
        JCudaDriver.cuMemsetD8Async(pointer(), (byte) 0, bytes, device.stream()),
        "cuMemsetD8Async of " + bytes + " bytes");
  }

  /** Copies the first values to the host, after all work of this thread's device. */
  public void read(float[] values) {
    check(
        JCudaDriver.cuMemcpyDtoH(Pointer.to(values), pointer(), (long) values.length * Float.BYTES),
        "cuMemcpyDtoH of " + values.length + " values");
  }

  @Override
  public void close() {
    memory.free();
  }

  /** One allocation. */
  static final class Memory {
    private final Base base = new Base();
    private boolean allocated;

    void allocate(long bytes, String what) {
      check(JCudaDriver.cuMemAlloc(base, bytes), "cuMemAlloc of " + bytes + " bytes for " + what);
      allocated = true;
    }

    void free() {
      Base freed = allocatedBase();
      allocated = false;
      check(JCudaDriver.cuMemFree(freed), "cuMemFree");
    }

    private long address() {
      return allocatedBase().address();
    }

    private CUdeviceptr at(long offset) {
      return allocatedBase().withByteOffset(offset);
    }

    private Base allocatedBase() {
      if (!allocated) {
        throw new IllegalStateException("device memory is used that is not allocated");
      }
      return base;
    }
  }

  private static final class Base extends CUdeviceptr {
    long address() {
      return getNativePointer();
    }
  }
}
