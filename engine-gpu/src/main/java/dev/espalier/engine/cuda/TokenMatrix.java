package dev.espalier.engine.cuda;

import dev.espalier.engine.cuda.driver.DeviceBuffer;

/**
 * Weights of a linear map as the checkpoint has them, row after row.
 *
 * @param outputs of the map; for a gated matrix those of the gate alone
 * @param inputs columns
 * @param products rows: {@code outputs}, or twice that if rows of gate and up take turns
 * @param element type of the weights
 * @param bias fp32, one for each row, or null
 */
record TokenMatrix(
    int outputs, int inputs, int products, Element element, DeviceBuffer weights, DeviceBuffer bias)
    implements DeviceMatrix {

  @Override
  public int rows() {
    return products;
  }

  /** Types that weights keep their values in: bfloat16 its own, all others float32. */
  enum Element {
    BF16("bf16", Short.BYTES),
    F32("f32", Float.BYTES);

    private final String suffix;
    private final int bytes;

    Element(String suffix, int bytes) {
      this.suffix = suffix;
      this.bytes = bytes;
    }

    /** How the names of its kernels end. */
    String suffix() {
      return suffix;
    }

    int bytes() {
      return bytes;
    }
  }
}
