package dev.espalier.engine.family;

/**
 * The largest sizes that config.json may name, far above those of published models. A file that
 * names more is broken or hostile, and is refused before anything of that size is allocated; the
 * sizes of the weights themselves are those of the files' headers.
 */
final class ConfigLimits {
  static final int LAYERS = 1024;
  static final int HIDDEN = 1 << 16;
  static final int FEED_FORWARD = 1 << 19;
  static final int HEADS = 1024;
  static final int HEAD_SIZE = 1024;
  static final int VOCABULARY = 1 << 22;
  static final int POSITIONS = 1 << 24;

  private ConfigLimits() {}
}
