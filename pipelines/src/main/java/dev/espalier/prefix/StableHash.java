package dev.espalier.prefix;

/** 64-bit hashes that are the same in every JVM and on every run. */
final class StableHash {
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private StableHash() {}

  /** The hash of a sequence that continues one of hash {@code prefix} by {@code element}. */
  static long extend(long prefix, int element) {
    return mix(prefix + GOLDEN * (element + 1L));
  }

  static long of(String text) {
    long hash = mix(text.length());
    for (int i = 0; i < text.length(); i++) {
      hash = extend(hash, text.charAt(i));
    }
    return hash;
  }

  /** Variant 13 of Stafford's 64-bit mixers, as in SplitMix64. */
  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
