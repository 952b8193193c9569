package dev.espalier.jobs.estimate;

import dev.espalier.engine.Dtype;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a roofline needs to know of a device: its makers' figures, dense, and what a step costs.
 *
 * @param bfloat16 operations a second with operands in bfloat16
 * @param float32 operations a second in float32, without tensor cores
 * @param bandwidth bytes a second of its memory
 * @param stepSeconds that a step takes however small it is
 */
public record DeviceSpec(
    String name, double bfloat16, double float32, double bandwidth, double stepSeconds) {
  private static final double TERA = 1e12;
  private static final double GIGA = 1e9;

  /** A core computes about this much with 256-bit vectors, and two of them share this memory. */
  private static final double CPU_CORE = 60 * GIGA;

  private static final double CPU_BANDWIDTH = 16 * GIGA;

  /** As measured with one row, beside what the weights of the model take. */
  private static final double GPU_STEP = 0.35e-3;

  private static final List<DeviceSpec> GPUS =
      List.of(
          gpu("h200", 989, 67, 4800),
          gpu("h100", 989, 67, 3350),
          gpu("h100-pcie", 756, 51, 2000),
          gpu("a100-80gb", 312, 19.5, 2039),
          gpu("a100-40gb", 312, 19.5, 1555),
          gpu("l40s", 362, 91.6, 864),
          gpu("l4", 121, 30.3, 300),
          gpu("a10", 125, 31.2, 600),
          gpu("rtx-4090", 165, 82.6, 1008),
          gpu("rtx-3090", 71, 35.6, 936));

  private static DeviceSpec gpu(String name, double teraBfloat16, double teraFloat32, double giga) {
    return new DeviceSpec(name, teraBfloat16 * TERA, teraFloat32 * TERA, giga * GIGA, GPU_STEP);
  }

  /** The GPU of this name, in any case. */
  public static Optional<DeviceSpec> gpu(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return GPUS.stream().filter(gpu -> gpu.name.equals(lower)).findFirst();
  }

  /** The GPUs that have names here. */
  public static List<String> gpuNames() {
    return GPUS.stream().map(DeviceSpec::name).toList();
  }

  /** A CPU of so many cores; it computes in float32 whatever the weights are kept in. */
  public static DeviceSpec cpu(int cores) {
    return new DeviceSpec("cpu", cores * CPU_CORE, cores * CPU_CORE, CPU_BANDWIDTH, 0);
  }

  double operations(Dtype dtype) {
    return dtype == Dtype.BFLOAT16 ? bfloat16 : float32;
  }
}
