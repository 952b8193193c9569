package dev.espalier.engine.model;

/** Type of the elements of a tensor; the names are those of safetensors. */
public enum ElementType {
  BF16(2),
  F16(2),
  F32(4);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }
}
