package dev.espalier.engine.cuda.driver;

import static dev.espalier.engine.cuda.driver.CudaCalls.check;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import jcuda.driver.CUfunction;
import jcuda.driver.CUstream;

/**
 * Launches kernels, where the kernels are made for it so that the beginning of each overlaps the
 * end of the one before it (programmatic dependent launch). JCuda does not have the driver's {@code
 * cuLaunchKernelEx}, so this calls it by itself. Not thread-safe.
 */
public final class KernelLauncher {
  // CUlaunchConfig: grid and block (3 ints each), shared bytes, padding, stream, attributes, count.
  private static final int CONFIG_BYTES = 56;
  private static final int GRID_AT = 0;
  private static final int BLOCK_AT = 12;
  private static final int SHARED_AT = 24;
  private static final int STREAM_AT = 32;
  private static final int ATTRIBUTES_AT = 40;
  private static final int ATTRIBUTE_COUNT_AT = 48;

  // CUlaunchAttribute: an id, padding, a value of 64 bytes.
  private static final int ATTRIBUTE_BYTES = 72;
  private static final int VALUE_AT = 8;
  private static final int PROGRAMMATIC_STREAM_SERIALIZATION = 6;

  private final Memory config = new Memory(CONFIG_BYTES);
  private final Memory attribute = new Memory(ATTRIBUTE_BYTES);
  private final Function launch =
      NativeLibrary.getInstance("libcuda.so.1").getFunction("cuLaunchKernelEx");

  /**
   * @param stream that launches go to
   * @param dependent whether every kernel waits by itself for the end of the one before it
   */
  public KernelLauncher(StreamHandle stream, boolean dependent) {
    config.clear();
    attribute.clear();
    attribute.setInt(0, PROGRAMMATIC_STREAM_SERIALIZATION);
    attribute.setInt(VALUE_AT, 1);
    config.setInt(GRID_AT + 8, 1);
    config.setInt(BLOCK_AT + 4, 1);
    config.setInt(BLOCK_AT + 8, 1);
    config.setLong(STREAM_AT, stream.address());
    config.setPointer(ATTRIBUTES_AT, attribute);
    config.setInt(ATTRIBUTE_COUNT_AT, dependent ? 1 : 0);
  }

  public void launch(Kernel kernel, int gridX, int gridY, int sharedBytes, Arguments arguments) {
    config.setInt(GRID_AT, gridX);
    config.setInt(GRID_AT + 4, gridY);
    config.setInt(BLOCK_AT, kernel.threads());
    config.setInt(SHARED_AT, sharedBytes);
    Object[] parameters = {
      config, new Pointer(kernel.function().address()), arguments.pointers(), Pointer.NULL
    };
    int result = launch.invokeInt(parameters);
    if (result != 0) {
      check(
          result,
          "cuLaunchKernelEx of " + kernel.name() + " with " + gridX + " x " + gridY + " blocks");
    }
  }

  /** A stream whose handle foreign calls can take. */
  static final class StreamHandle extends CUstream {
    long address() {
      return getNativePointer();
    }
  }

  /** A kernel whose handle foreign calls can take. */
  static final class FunctionHandle extends CUfunction {
    long address() {
      return getNativePointer();
    }
  }
}
