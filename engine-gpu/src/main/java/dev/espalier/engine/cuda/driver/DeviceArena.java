package dev.espalier.engine.cuda.driver;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;

/**
 * Device memory of one purpose, in one piece. Its parts are laid out first, one behind the other,
 * and get their memory together: so the piece is as large as they need, no allocation is spent on
 * small parts, and a device that is too small says so before anything is copied, with the whole
 * need. Parts live as long as the arena; what grows is allocated on its own.
 */
public final class DeviceArena implements AutoCloseable {
  /** What the driver aligns allocations to: kernels may count on it for parts as well. */
  public static final int ALIGNMENT = 256;

  private final String purpose;
  private final String remedy;
  private final DeviceBuffer.Memory memory = new DeviceBuffer.Memory();
  private long bytes;
  private int parts;
  private long largest;
  private String largestName = "";
  private boolean allocated;

  /**
   * @param purpose as errors say it: {@code the weights}
   * @param remedy what to do where the device has too little memory
   */
  public DeviceArena(String purpose, String remedy) {
    this.purpose = purpose;
    this.remedy = remedy;
  }

  /**
   * Lays out a part, which may be used once {@link #allocate} was called.
   *
   * @param what it is for, as errors say it
   * @throws IllegalStateException after {@link #allocate}
   */
  public DeviceBuffer reserve(long length, String what) {
    if (allocated) {
      throw new IllegalStateException(purpose + " are allocated already; too late for " + what);
    }
    DeviceBuffer part = new DeviceBuffer(memory, bytes, length);
    bytes = (bytes + length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    parts++;
    if (length > largest) {
      largest = length;
      largestName = what;
    }
    return part;
  }

  /** Bytes of all parts, and what aligns them. */
  public long bytes() {
    return bytes;
  }

  /**
   * Allocates all parts, zero for all that the device's stream does with them.
   *
   * @throws EngineException OUT_OF_MEMORY with what is needed and what is free
   */
  public void allocate(CudaDevice device) {
    if (bytes == 0) {
      return;
    }
    try {
      memory.allocate(bytes, purpose);
    } catch (EngineException e) {
      throw e.code() == ErrorCode.OUT_OF_MEMORY ? tooLarge(device, e) : e;
    }
    allocated = true;
    new DeviceBuffer(memory, 0, bytes).zero(device);
  }

  private EngineException tooLarge(CudaDevice device, EngineException cause) {
    return new EngineException(
        ErrorCode.OUT_OF_MEMORY, message(device.name(), device.freeBytes()), cause);
  }

  /** Why a device with {@code free} bytes has too little memory. */
  public String message(String device, long free) {
    return purpose
        + " need "
        + bytes
        + " bytes in "
        + parts
        + " parts, the largest "
        + largest
        + " for "
        + largestName
        + "; "
        + device
        + " has "
        + free
        + " bytes free: "
        + remedy;
  }

  @Override
  public void close() {
    if (allocated) {
      allocated = false;
      memory.free();
    }
  }
}
