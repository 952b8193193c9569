package dev.espalier.engine;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;

/**
 * Names the random numbers of one generation: the seed of the run, the id of the row and the path
 * of the step in its program. Equal paths give equal random numbers, whatever else runs.
 */
public record SeedPath(long runSeed, String rowId, String stepPath) implements Serializable {

  /** For callers without rows and steps. */
  public static SeedPath of(long runSeed) {
    return new SeedPath(runSeed, "", "");
  }

  /**
   * The 64-bit key of the counter-based generator for sample {@code index} of this step: FNV-1a
   * over the parts, each followed by its length, finished by the mixer of SplitMix64.
   */
  public long key(int index) {
    long hash = 0xcbf29ce484222325L;
    hash = absorb(hash, runSeed);
    hash = absorb(hash, rowId);
    hash = absorb(hash, stepPath);
    hash = absorb(hash, index);
    hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
    return hash ^ (hash >>> 31);
  }

  private static long absorb(long hash, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (byte b : bytes) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    return absorb(hash, bytes.length);
  }

  private static long absorb(long hash, long value) {
    for (int shift = 0; shift < 64; shift += 8) {
      hash = (hash ^ ((value >>> shift) & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }
}
