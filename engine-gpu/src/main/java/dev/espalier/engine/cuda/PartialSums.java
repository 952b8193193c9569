package dev.espalier.engine.cuda;

import dev.espalier.engine.cuda.driver.Arguments;
import dev.espalier.engine.cuda.driver.DeviceBuffer;

/**
 * A matrix product whose chunks were summed apart, as {@code Partials} in partials.cuh.
 *
 * @param sums {@code [chunks][tokens][stride]}, fp32
 * @param bias one for each column, or null
 */
record PartialSums(DeviceBuffer sums, DeviceBuffer bias, int chunks, int tokens, int stride) {

  /** Adds the structure to the arguments of a launch; {@code partials} null is a whole product. */
  static void add(PartialSums partials, Arguments arguments) {
    boolean whole = partials == null;
    arguments
        .addStructure()
        .field(whole ? null : partials.sums())
        .field(whole ? null : partials.bias())
        .field(whole ? 0 : partials.chunks())
        .field(whole ? 0 : partials.tokens())
        .field(whole ? 0 : partials.stride())
        .field(0);
  }
}
