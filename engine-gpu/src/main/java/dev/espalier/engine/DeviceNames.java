package dev.espalier.engine;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The devices that {@link EngineOptions#device} names: {@code cpu}; one GPU, such as {@code
 * cuda:0}; several, such as {@code cuda:0,cuda:1}; or {@code cuda:*}, all GPUs of the machine.
 */
public final class DeviceNames {
  /** All GPUs of the machine that opens the engine. */
  public static final String ALL_GPUS = "cuda:*";

  private static final Pattern GPU = Pattern.compile("cuda:[0-9]{1,3}");

  private DeviceNames() {}

  /**
   * The names, one for each device; {@link #ALL_GPUS} stays one name.
   *
   * @throws EngineException DEVICE_UNAVAILABLE if these are no devices, or one of them twice
   */
  public static List<String> of(String device) {
    if (device.equals("cpu") || device.equals(ALL_GPUS)) {
      return List.of(device);
    }
    Set<String> names = new LinkedHashSet<>();
    for (String part : device.split(",", -1)) {
      String name = part.strip();
      if (!GPU.matcher(name).matches() || !names.add(name)) {
        throw new EngineException(
            ErrorCode.DEVICE_UNAVAILABLE,
            "device is "
                + device
                + " but must be cpu, a GPU such as cuda:0, different GPUs such as cuda:0,cuda:1, or"
                + " cuda:* for all of them");
      }
    }
    return List.copyOf(names);
  }
}
