package dev.espalier.engine.cuda;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import dev.espalier.engine.cuda.driver.DeviceBuffer;
import java.util.Optional;

/** NVIDIA's own matrix products where the machine has them: a yardstick for measurements only. */
final class Cublas {
  private static final String[] LIBRARIES = {"libcublas.so.13", "libcublas.so.12", "libcublas.so"};
  private static final int TRANSPOSE = 1;
  private static final int NO_TRANSPOSE = 0;
  private static final int TYPE_BF16 = 14;
  private static final int COMPUTE_FLOAT = 68;
  private static final int DEFAULT_ALGORITHM = -1;

  private final Pointer handle;
  private final Function multiply;
  private final Memory one = new Memory(Float.BYTES);
  private final Memory zero = new Memory(Float.BYTES);

  private Cublas(NativeLibrary library, long stream) {
    PointerByReference reference = new PointerByReference();
    check(
        "cublasCreate_v2",
        library.getFunction("cublasCreate_v2").invokeInt(new Object[] {reference}));
    handle = reference.getValue();
    check(
        "cublasSetStream_v2",
        library
            .getFunction("cublasSetStream_v2")
            .invokeInt(new Object[] {handle, new Pointer(stream)}));
    multiply = library.getFunction("cublasGemmEx");
    one.setFloat(0, 1);
    zero.setFloat(0, 0);
  }

  /** The library, if the machine has it. */
  static Optional<Cublas> open(long stream) {
    for (String name : LIBRARIES) {
      Optional<NativeLibrary> library = library(name);
      if (library.isPresent()) {
        return Optional.of(new Cublas(library.get(), stream));
      }
    }
    return Optional.empty();
  }

  private static Optional<NativeLibrary> library(String name) {
    try {
      return Optional.of(NativeLibrary.getInstance(name));
    } catch (UnsatisfiedLinkError e) {
      return Optional.empty();
    }
  }

  /** {@code out[tokens][outputs] = in[tokens][inputs] * weights[outputs][inputs]^T}, bfloat16. */
  void multiply(
      DeviceBuffer in,
      DeviceBuffer weights,
      int tokens,
      int outputs,
      int inputs,
      DeviceBuffer out) {
    check(
        "cublasGemmEx",
        multiply.invokeInt(
            new Object[] {
              handle,
              TRANSPOSE,
              NO_TRANSPOSE,
              outputs,
              tokens,
              inputs,
              one,
              new Pointer(weights.address()),
              TYPE_BF16,
              inputs,
              new Pointer(in.address()),
              TYPE_BF16,
              inputs,
              zero,
              new Pointer(out.address()),
              TYPE_BF16,
              outputs,
              COMPUTE_FLOAT,
              DEFAULT_ALGORITHM
            }));
  }

  private static void check(String call, int status) {
    if (status != 0) {
      throw new IllegalStateException(call + " failed with status " + status);
    }
  }
}
