package dev.espalier.engine.cuda.driver;

import static dev.espalier.engine.cuda.driver.CudaCalls.check;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.function.UnaryOperator;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUfunction_attribute;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.CUuuid;
import jcuda.driver.JCudaDriver;

/**
 * One GPU with its context, its stream and the kernels. What is allocated through it is freed with
 * it. Used from one thread at a time; {@link #makeCurrent} binds the thread.
 */
public final class CudaDevice implements AutoCloseable {
  private static final String KERNELS = "/dev/espalier/engine/cuda/espalier.fatbin";

  private final CUdevice device;
  private final CUcontext context = new CUcontext();
  private final KernelLauncher.StreamHandle stream = new KernelLauncher.StreamHandle();
  private final CUmodule module = new CUmodule();
  private final Resources resources = new Resources();
  private final String name;
  private final DeviceLimits limits;
  private final KernelLauncher launcher;
  private boolean closed;

  private CudaDevice(
      CUdevice device, byte[] kernels, int ordinal, UnaryOperator<DeviceLimits> narrowing) {
    this.device = device;
    this.name = "cuda:" + ordinal + " (" + nameOf(device) + ")";
    int capability =
        10 * attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)
            + attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
    if (capability < DeviceLimits.LEAST_CAPABILITY) {
      throw new EngineException(
          ErrorCode.DEVICE_UNAVAILABLE,
          nameOf(device)
              + " has compute capability "
              + capability / 10
              + "."
              + capability % 10
              + ", and the kernels need 8.0 (Ampere) or later");
    }
    check(JCudaDriver.cuDevicePrimaryCtxRetain(context, device), "cuDevicePrimaryCtxRetain");
    own(() -> check(JCudaDriver.cuDevicePrimaryCtxRelease(device), "cuDevicePrimaryCtxRelease"));
    try {
      makeCurrent();
      check(JCudaDriver.cuStreamCreate(stream, 1), "cuStreamCreate");
      own(() -> check(JCudaDriver.cuStreamDestroy(stream), "cuStreamDestroy"));
      load(kernels);
      own(() -> check(JCudaDriver.cuModuleUnload(module), "cuModuleUnload"));
      this.limits = narrowing.apply(limits(capability));
      this.launcher = new KernelLauncher(stream, limits.dependentLaunch());
    } catch (RuntimeException | Error e) {
      try {
        resources.close();
      } catch (EngineException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  private DeviceLimits limits(int capability) {
    return DeviceLimits.of(
        capability,
        codeArchitecture(),
        attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT),
        attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN),
        attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR));
  }

  private void load(byte[] kernels) {
    int result = JCudaDriver.cuModuleLoadData(module, kernels);
    String call = "cuModuleLoadData for " + name;
    switch (result) {
      case CUresult.CUDA_ERROR_NO_BINARY_FOR_GPU,
          CUresult.CUDA_ERROR_INVALID_IMAGE,
          CUresult.CUDA_ERROR_UNSUPPORTED_PTX_VERSION ->
          throw new EngineException(
              ErrorCode.DEVICE_UNAVAILABLE,
              CudaCalls.message(result, call)
                  + ": the NVIDIA driver must be as new as the CUDA toolkit that compiled the"
                  + " kernels");
      default -> check(result, call);
    }
  }

  /** The architecture that the code which the driver chose from the image was compiled for. */
  private int codeArchitecture() {
    int[] version = new int[1];
    check(
        JCudaDriver.cuFuncGetAttribute(
            version, CUfunction_attribute.CU_FUNC_ATTRIBUTE_PTX_VERSION, function("embed")),
        "cuFuncGetAttribute of embed");
    return version[0];
  }

  /**
   * Opens the GPU of a number.
   *
   * @throws EngineException DEVICE_UNAVAILABLE with the cause: no driver, no such GPU, one that the
   *     kernels were not compiled for, or a build without kernels
   */
  public static CudaDevice open(int ordinal) {
    return open(ordinal, UnaryOperator.identity());
  }

  /**
   * Opens the GPU of a number.
   *
   * @param narrowing makes of the GPU's limits those that kernels are to be chosen by
   * @throws EngineException as {@link #open(int)}
   */
  public static CudaDevice open(int ordinal, UnaryOperator<DeviceLimits> narrowing) {
    byte[] kernels = kernels();
    int count = count("cuda:" + ordinal);
    if (ordinal >= count) {
      throw new EngineException(
          ErrorCode.DEVICE_UNAVAILABLE,
          "cuda:" + ordinal + " does not exist: this machine has " + count + " GPUs");
    }
    CUdevice device = new CUdevice();
    try {
      check(JCudaDriver.cuDeviceGet(device, ordinal), "cuDeviceGet");
      return new CudaDevice(device, kernels, ordinal, narrowing);
    } catch (EngineException e) {
      throw unavailable("cuda:" + ordinal, e);
    }
  }

  /**
   * The GPUs of this machine.
   *
   * @param device that is asked for, as errors say it
   * @throws EngineException DEVICE_UNAVAILABLE with the cause: no driver, or one that fails
   */
  public static int count(String device) {
    try {
      NativeDriver.load();
      check(JCudaDriver.cuInit(0), "cuInit");
      int[] count = new int[1];
      check(JCudaDriver.cuDeviceGetCount(count), "cuDeviceGetCount");
      return count[0];
    } catch (LinkageError e) {
      throw new EngineException(
          ErrorCode.DEVICE_UNAVAILABLE,
          device
              + " needs the NVIDIA driver, whose library libcuda.so.1 is not on this machine or"
              + " cannot be loaded",
          e);
    } catch (EngineException e) {
      throw unavailable(device, e);
    }
  }

  /**
   * What tells a GPU from all others, whatever number it has in this process.
   *
   * @return hexadecimal
   * @throws EngineException DEVICE_UNAVAILABLE with the cause: no driver, or no such GPU
   */
  public static String uuid(int ordinal) {
    String name = "cuda:" + ordinal;
    int count = count(name);
    try {
      CUdevice device = new CUdevice();
      CUuuid uuid = new CUuuid();
      check(JCudaDriver.cuDeviceGet(device, ordinal), "cuDeviceGet");
      check(JCudaDriver.cuDeviceGetUuid(uuid, device), "cuDeviceGetUuid");
      return HexFormat.of().formatHex(uuid.bytes);
    } catch (EngineException e) {
      throw unavailable(name + " of " + count, e);
    }
  }

  private static EngineException unavailable(String device, EngineException cause) {
    return new EngineException(
        ErrorCode.DEVICE_UNAVAILABLE, device + " cannot be used: " + cause.getMessage(), cause);
  }

  private static byte[] kernels() {
    try (InputStream in = CudaDevice.class.getResourceAsStream(KERNELS)) {
      if (in == null) {
        throw new EngineException(
            ErrorCode.DEVICE_UNAVAILABLE,
            "This build has no GPU kernels: build it where nvcc is on the PATH");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String nameOf(CUdevice device) {
    byte[] bytes = new byte[256];
    check(JCudaDriver.cuDeviceGetName(bytes, bytes.length, device), "cuDeviceGetName");
    return new String(bytes, StandardCharsets.US_ASCII).split("\0", 2)[0];
  }

  private int attribute(int attribute) {
    int[] value = new int[1];
    check(JCudaDriver.cuDeviceGetAttribute(value, attribute, device), "cuDeviceGetAttribute");
    return value[0];
  }

  /** Binds the calling thread to this GPU. */
  public void makeCurrent() {
    check(JCudaDriver.cuCtxSetCurrent(context), "cuCtxSetCurrent");
  }

  /** Looks up a kernel. */
  public Kernel kernel(String kernel, int threads, int sharedBytes) {
    return new Kernel(kernel, function(kernel), launcher, threads, sharedBytes);
  }

  private KernelLauncher.FunctionHandle function(String kernel) {
    KernelLauncher.FunctionHandle function = new KernelLauncher.FunctionHandle();
    check(
        JCudaDriver.cuModuleGetFunction(function, module, kernel),
        "cuModuleGetFunction of " + kernel);
    return function;
  }

  /** Allocates device memory until {@link #close}; zero for all that the stream does with it. */
  public DeviceBuffer allocate(long bytes, String what) {
    DeviceBuffer buffer = own(DeviceBuffer.allocate(bytes, what));
    buffer.zero(this);
    return buffer;
  }

  /** Takes over {@code resource}, to be closed before the context. */
  public <T extends AutoCloseable> T own(T resource) {
    return resources.own(resource);
  }

  public CUstream stream() {
    return stream;
  }

  /** The stream's handle for foreign calls. */
  public long streamAddress() {
    return stream.address();
  }

  public String name() {
    return name;
  }

  /** What kernels are chosen and shaped by. */
  public DeviceLimits limits() {
    return limits;
  }

  public int multiprocessors() {
    return limits.multiprocessors();
  }

  public long freeBytes() {
    long[] free = new long[1];
    check(JCudaDriver.cuMemGetInfo(free, new long[1]), "cuMemGetInfo");
    return free[0];
  }

  /**
   * Waits for the stream.
   *
   * @param what runs there, as errors say it
   */
  public void synchronize(String what) {
    check(JCudaDriver.cuStreamSynchronize(stream), "cuStreamSynchronize after " + what);
  }

  /** Waits for everything on the GPU that the calling thread is bound to. */
  public static void synchronizeContext() {
    check(JCudaDriver.cuCtxSynchronize(), "cuCtxSynchronize");
  }

  /** Frees what it holds; what can be freed is, even where the device has failed. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    own(() -> synchronize("the last step"));
    own(this::makeCurrent);
    resources.close();
  }
}
