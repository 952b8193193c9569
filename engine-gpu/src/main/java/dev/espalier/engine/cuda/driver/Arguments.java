package dev.espalier.engine.cuda.driver;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Arguments of one kernel launch, laid out as its parameters: every argument at a multiple of its
 * size. Reused from launch to launch; not thread-safe.
 */
public final class Arguments {
  private static final int CAPACITY = 1024;
  private static final int MOST = 24;

  private final Memory memory = new Memory(CAPACITY);
  private final Memory pointers = new Memory((long) MOST * Native.POINTER_SIZE);
  private final long base = Pointer.nativeValue(memory);
  private final ByteBuffer values =
      memory.getByteBuffer(0, CAPACITY).order(ByteOrder.nativeOrder());
  private int count;

  /** Begins the arguments of a new launch. */
  public Arguments begin() {
    values.clear();
    count = 0;
    return this;
  }

  public Arguments add(int value) {
    start(Integer.BYTES);
    values.putInt(value);
    return this;
  }

  public Arguments add(float value) {
    start(Float.BYTES);
    values.putFloat(value);
    return this;
  }

  public Arguments add(long value) {
    start(Long.BYTES);
    values.putLong(value);
    return this;
  }

  /** The address of a buffer; null is a null pointer. */
  public Arguments add(DeviceBuffer buffer) {
    return add(buffer == null ? 0L : buffer.address());
  }

  /** A structure passed by value, whose fields {@link #field} adds. */
  public Arguments addStructure() {
    start(Long.BYTES);
    return this;
  }

  public Arguments field(int value) {
    values.putInt(value);
    return this;
  }

  public Arguments field(float value) {
    values.putFloat(value);
    return this;
  }

  public Arguments field(DeviceBuffer buffer) {
    if (values.position() % Long.BYTES != 0) {
      throw new IllegalStateException("a pointer at byte " + values.position());
    }
    values.putLong(buffer == null ? 0 : buffer.address());
    return this;
  }

  private void start(int alignment) {
    int place = (values.position() + alignment - 1) / alignment * alignment;
    values.position(place);
    pointers.setLong((long) count++ * Native.POINTER_SIZE, base + place);
  }

  /** What the driver's launch takes: pointers to the arguments. Valid until {@link #begin}. */
  public Pointer pointers() {
    return pointers;
  }

  /** Offset of each argument so far, in bytes. */
  public int[] offsets() {
    int[] offsets = new int[count];
    for (int i = 0; i < count; i++) {
      offsets[i] = (int) (pointers.getLong((long) i * Native.POINTER_SIZE) - base);
    }
    return offsets;
  }

  /** The bytes so far. */
  public ByteBuffer bytes() {
    return values.duplicate().order(values.order()).flip();
  }
}
