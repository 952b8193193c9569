package dev.espalier.jobs.schedule;

import java.util.Collection;
import java.util.Map;
import java.util.Set;

/**
 * How many runs may be under way at once on each device: one, unless the schedule says more; on a
 * Flink master any number, unless it says how many. {@code cuda:*} is every GPU.
 *
 * @param most by device or master
 */
record DeviceSlots(Map<String, Integer> most) {
  private static final String ALL_GPUS = "cuda:*";

  /**
   * Whether a further run may begin.
   *
   * @param wanted its devices
   * @param taken the devices of each run under way
   */
  boolean haveRoom(Set<String> wanted, Collection<Set<String>> taken) {
    for (String device : wanted) {
      long users =
          taken.stream().filter(used -> used.stream().anyMatch(d -> isSame(device, d))).count();
      if (users >= most(device)) {
        return false;
      }
    }
    return true;
  }

  private int most(String device) {
    boolean isMaster = !device.equals("cpu") && !device.startsWith("cuda:");
    return most.getOrDefault(device, isMaster ? Integer.MAX_VALUE : 1);
  }

  private static boolean isSame(String one, String other) {
    return one.equals(other)
        || (one.equals(ALL_GPUS) && other.startsWith("cuda:"))
        || (other.equals(ALL_GPUS) && one.startsWith("cuda:"));
  }
}
