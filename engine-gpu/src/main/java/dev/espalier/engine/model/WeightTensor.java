package dev.espalier.engine.model;

import java.nio.ByteBuffer;
import java.util.List;

/** A tensor of a checkpoint, row-major, that can be read in pieces. Immutable and thread-safe. */
public interface WeightTensor {

  /** Its name in the checkpoint. */
  String name();

  ElementType type();

  /** Lengths of its dimensions, outermost first; one or two of them. */
  List<Integer> shape();

  /**
   * The bytes of rows {@code first} to {@code first + count - 1}, little-endian, valid until the
   * checkpoint is closed. A row is all that lies under one index of the first dimension.
   *
   * @throws IllegalArgumentException if the rows take 2 GiB or more
   */
  ByteBuffer rows(int first, int count);

  /**
   * Fills {@code to} up to its limit with bytes of {@link #rows rows(first, count)}, from byte
   * {@code begin} of them on.
   *
   * @throws dev.espalier.engine.EngineException CHECKPOINT_INVALID if they cannot be read
   */
  default void read(int first, int count, int begin, ByteBuffer to) {
    to.put(rows(first, count).slice(begin, to.remaining()));
  }

  /** Rows, which is the length of the first dimension. */
  default int rowCount() {
    return shape().get(0);
  }

  /** Elements in a row. */
  default int rowLength() {
    int length = 1;
    for (int dimension : shape().subList(1, shape().size())) {
      length = Math.multiplyExact(length, dimension);
    }
    return length;
  }
}
