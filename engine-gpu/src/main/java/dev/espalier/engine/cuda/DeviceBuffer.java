package dev.espalier.engine.cuda;

import static dev.espalier.engine.cuda.CudaCalls.check;

import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;

/**
 * A piece of device memory. Only the buffer that {@link #allocate} gave is freed; slices share it,
 * and parts of a {@link DeviceArena} are freed with it.
 */
final class DeviceBuffer implements AutoCloseable {
  private final Memory memory;
  private final long offset;
  private final long bytes;

  /** A part of memory, which need not be allocated before the part is used. */
  DeviceBuffer(Memory memory, long offset, long bytes) {
    this.memory = memory;
    this.offset = offset;
    this.bytes = bytes;
  }

  /**
   * Allocates memory, aligned to 256 bytes.
   *
   * @param what it is for, as errors say it
   */
  static DeviceBuffer allocate(long bytes, String what) {
    Memory memory = new Memory();
    memory.allocate(bytes, what);
    return new DeviceBuffer(memory, 0, bytes);
  }

  DeviceBuffer slice(long from, long length) {
    if (from < 0 || length < 0 || from + length > bytes) {
      throw new IndexOutOfBoundsException(from + " + " + length + " of " + bytes + " bytes");
    }
    return new DeviceBuffer(memory, offset + from, length);
  }

  /** The address that kernels take. */
  long address() {
    return memory.address() + offset;
  }

  CUdeviceptr pointer() {
    return memory.at(offset);
  }

  long bytes() {
    return bytes;
  }

  /** Where it begins in its allocation, in bytes. */
  long offset() {
    return offset;
  }

  /** Queues filling the buffer with zeros: before what is queued on the same stream later. */
  void zero(CUstream stream) {
    check(
        JCudaDriver.cuMemsetD8Async(pointer(), (byte) 0, bytes, stream),
        "cuMemsetD8Async of " + bytes + " bytes");
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
