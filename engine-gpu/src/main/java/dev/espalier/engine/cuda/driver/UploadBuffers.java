package dev.espalier.engine.cuda.driver;

import java.nio.ByteBuffer;

/**
 * Memory for what goes to the device with every step. On the device it is there once, since the
 * stream is in order; on the host twice, in turn, since one is written while the other may still be
 * copied.
 */
public final class UploadBuffers implements AutoCloseable {
  private final String what;
  private final Resources resources = new Resources();
  private final HostBuffer[] hosts = new HostBuffer[2];
  private DeviceBuffer device;
  private int bytes;
  private int turn;

  /**
   * @param what it is for, as errors say it
   */
  public UploadBuffers(String what) {
    this.what = what;
  }

  /**
   * Takes new memory in place of the old, after the last step that uses that; contents are lost.
   *
   * @throws dev.espalier.engine.EngineException OUT_OF_MEMORY, and then there is none
   */
  public void allocate(int size) {
    close();
    try {
      for (int i = 0; i < hosts.length; i++) {
        hosts[i] = resources.own(new HostBuffer(size, what));
      }
      device = resources.own(DeviceBuffer.allocate(size, what));
      bytes = size;
    } catch (RuntimeException | Error e) {
      resources.close();
      throw e;
    }
  }

  /** Size of each copy; 0 if there is none. */
  public int bytes() {
    return bytes;
  }

  /** The host's copy to write next, little-endian. */
  public ByteBuffer next() {
    turn = 1 - turn;
    return hosts[turn].content();
  }

  /** Queues the copy of the beginning of what {@link #next} gave. */
  public void upload(int count, CudaDevice to) {
    hosts[turn].upload(device, count, to);
  }

  /** The device's copy from byte {@code first} on. */
  public DeviceBuffer from(long first) {
    return device.slice(first, bytes - first);
  }

  /** Waits for steps that still use the memory. */
  @Override
  public void close() {
    if (bytes > 0) {
      bytes = 0;
      try {
        CudaDevice.synchronizeContext();
      } finally {
        resources.close();
      }
    }
  }
}
