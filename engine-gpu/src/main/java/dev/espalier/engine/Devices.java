package dev.espalier.engine;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where an engine computes: on the CPU; on one GPU; on several, each a copy of the model; or on all
 * GPUs of the machine that opens it. Immutable.
 */
public final class Devices implements Serializable {
  private static final long serialVersionUID = 1;

  public static final Devices CPU = new Devices("cpu", List.of());

  /** All GPUs of the machine that opens the engine, however many there are. */
  public static final Devices ALL_GPUS = new Devices("cuda:*", List.of());

  private static final Pattern GPU = Pattern.compile("cuda:([0-9]{1,3})");

  private final String name;
  private final List<Integer> gpus;

  private Devices(String name, List<Integer> gpus) {
    this.name = name;
    this.gpus = gpus;
  }

  /**
   * Reads {@code cpu}; one GPU, such as {@code cuda:0}; several, such as {@code cuda:0,cuda:1}; or
   * {@code cuda:*}, all GPUs of the machine.
   *
   * @throws EngineException DEVICE_UNAVAILABLE if these are no devices, or one of them twice
   */
  public static Devices of(String text) {
    if (text.equals(CPU.name)) {
      return CPU;
    }
    if (text.equals(ALL_GPUS.name)) {
      return ALL_GPUS;
    }
    Set<Integer> numbers = new LinkedHashSet<>();
    for (String part : text.split(",", -1)) {
      Matcher gpu = GPU.matcher(part.strip());
      if (!gpu.matches() || !numbers.add(Integer.valueOf(gpu.group(1)))) {
        throw new EngineException(
            ErrorCode.DEVICE_UNAVAILABLE,
            "device is "
                + text
                + " but must be cpu, a GPU such as cuda:0, different GPUs such as cuda:0,cuda:1, or"
                + " cuda:* for all of them");
      }
    }
    return gpus(numbers);
  }

  /** The GPU of this number. */
  public static Devices gpu(int number) {
    return gpus(List.of(number));
  }

  private static Devices gpus(Iterable<Integer> numbers) {
    List<Integer> gpus = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (int number : numbers) {
      gpus.add(number);
      names.add("cuda:" + number);
    }
    return new Devices(String.join(",", names), List.copyOf(gpus));
  }

  /** The kind, {@code cpu} or {@code cuda}: outputs are the same bits on all devices of a kind. */
  public String kind() {
    return isCpu() ? name : "cuda";
  }

  public boolean isCpu() {
    return name.equals(CPU.name);
  }

  /** Whether these are all GPUs of the machine that asks, so that only it knows how many. */
  public boolean isAllGpus() {
    return name.equals(ALL_GPUS.name);
  }

  /** The numbers of the GPUs, in their order; none for {@link #CPU} and {@link #ALL_GPUS}. */
  public List<Integer> gpus() {
    return gpus;
  }

  /** These devices one by one; {@link #ALL_GPUS} stays as it is. */
  public List<Devices> each() {
    return gpus.isEmpty() ? List.of(this) : gpus.stream().map(Devices::gpu).toList();
  }

  /** Whether a device is, or may be, among both. */
  public boolean overlap(Devices other) {
    if (isAllGpus() || other.isAllGpus()) {
      return kind().equals(other.kind());
    }
    return each().stream().anyMatch(other.each()::contains);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Devices that && name.equals(that.name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  /** As {@link #of} reads it. */
  @Override
  public String toString() {
    return name;
  }
}
