package dev.espalier.jobs;

import dev.espalier.engine.Devices;
import dev.espalier.engine.Dtype;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.WeightFormat;
import dev.espalier.jobs.fields.Section;
import dev.espalier.row.Problem;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads the section {@code engine} of a job file. */
final class EngineSection {
  private EngineSection() {}

  /**
   * @param problems gets what is wrong
   * @param places gets where fields stand
   */
  static EngineOptions read(Section section, List<Problem> problems, Map<String, String> places) {
    for (String field : List.of("device", "kvCacheBytes")) {
      places.put("engine." + field, section.locationOf(field));
    }
    EngineOptions defaults = EngineOptions.defaults();
    String device =
        section.oneOrMore("device").stream()
            .reduce((first, second) -> first + "," + second)
            .orElse(defaults.device().toString());
    Devices devices = defaults.device();
    try {
      devices = Devices.of(device);
    } catch (EngineException e) {
      problems.add(
          new Problem(
              section.locationOf("device"),
              "engine.device is `" + device + "`",
              "write cpu, cuda:0 for the first GPU, [cuda:0, cuda:1] for several, or cuda:* for"
                  + " all of a machine"));
      device = devices.toString();
    }
    EngineOptions options =
        new EngineOptions(
            devices,
            kvCacheBytes(section, defaults, problems),
            (int)
                section.integer(
                    "maxBatchTokens",
                    defaults.maxBatchTokens(),
                    1,
                    EngineOptions.MOST_BATCH_TOKENS),
            (int)
                section.integer(
                    "maxSequences", defaults.maxSequences(), 1, EngineOptions.MOST_SEQUENCES),
            (int) section.integer("threads", defaults.threads(), 0, EngineOptions.MOST_THREADS),
            WeightFormat.valueOf(
                section
                    .oneOf("weights", "checkpoint", "checkpoint", "int8")
                    .toUpperCase(Locale.ROOT)),
            Dtype.valueOf(
                section
                    .oneOf("dtype", "auto", "auto", "bfloat16", "float32")
                    .toUpperCase(Locale.ROOT)));
    if (options.weights() == WeightFormat.INT8 && !devices.isCpu()) {
      problems.add(
          new Problem(
              section.locationOf("weights"),
              "engine.weights is int8 and engine.device is " + device,
              "int8 weights are for the CPU: write checkpoint, or leave it out"));
    }
    if (options.dtype() == Dtype.BFLOAT16 && device.equals("cpu")) {
      problems.add(
          new Problem(
              section.locationOf("dtype"),
              "engine.dtype is bfloat16 and engine.device is cpu",
              "the CPU computes in float32: write auto or float32, or name a GPU"));
    }
    section.reportUnknown();
    return options;
  }

  private static long kvCacheBytes(
      Section section, EngineOptions defaults, List<Problem> problems) {
    long bytes = section.bytes("kvCacheBytes", defaults.kvCacheBytes());
    if (bytes <= EngineOptions.MOST_KV_CACHE_BYTES) {
      return bytes;
    }
    problems.add(
        new Problem(
            section.locationOf("kvCacheBytes"),
            "engine.kvCacheBytes is " + bytes,
            "write at most " + EngineOptions.MOST_KV_CACHE_BYTES + ", or leave it out"));
    return defaults.kvCacheBytes();
  }
}
