package dev.espalier.engine.cpu;

import static dev.espalier.engine.cpu.FloatTile.COLUMNS;

import dev.espalier.engine.WeightFormat;
import dev.espalier.engine.model.ElementType;
import dev.espalier.engine.model.WeightTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** Lays tensors of a checkpoint out as {@link PackedMatrix}. */
final class MatrixPacker {
  private static final int EMPTY = -1;

  private final Workers workers;
  private final WeightFormat format;

  MatrixPacker(Workers workers, WeightFormat format) {
    this.workers = workers;
    this.format = format;
  }

  /** Stacks {@code parts}, see {@link dev.espalier.engine.model.Operations#matrix}. */
  PackedMatrix stack(List<WeightTensor> parts, List<WeightTensor> biases) {
    int outputs = parts.stream().mapToInt(WeightTensor::rowCount).sum();
    Columns columns = new Columns(parts, biases, outputs, false);
    int column = 0;
    for (int part = 0; part < parts.size(); part++) {
      for (int row = 0; row < parts.get(part).rowCount(); row++) {
        columns.set(column++, part, row);
      }
    }
    return pack(columns);
  }

  /** Interleaves gate and up, see {@link PackedMatrix}. */
  PackedMatrix gated(WeightTensor gate, WeightTensor up, List<WeightTensor> biases) {
    int half = COLUMNS / 2;
    Columns columns = new Columns(List.of(gate, up), biases, gate.rowCount(), true);
    for (int row = 0; row < gate.rowCount(); row++) {
      int column = row / half * COLUMNS + row % half;
      columns.set(column, 0, row);
      columns.set(column + half, 1, row);
    }
    return pack(columns);
  }

  private PackedMatrix pack(Columns columns) {
    int blocks = columns.blocks();
    if (format == WeightFormat.INT8) {
      Int8Matrix.Block[] packed = new Int8Matrix.Block[blocks];
      workers.run(
          blocks,
          (block, worker) -> packed[block] = Int8Matrix.Block.quantize(columns.packFloat32(block)));
      return new Int8Matrix(columns.outputs, columns.inputs, columns.gated, columns.bias(), packed);
    }
    boolean bfloat16 = columns.parts.stream().allMatch(part -> part.type() == ElementType.BF16);
    if (bfloat16) {
      int[][] packed = new int[blocks][];
      workers.run(blocks, (block, worker) -> packed[block] = columns.packBfloat16(block));
      return new Bfloat16Matrix(
          columns.outputs, columns.inputs, columns.gated, columns.bias(), packed);
    }
    float[][] packed = new float[blocks][];
    workers.run(blocks, (block, worker) -> packed[block] = columns.packFloat32(block));
    return new Float32Matrix(
        columns.outputs, columns.inputs, columns.gated, columns.bias(), packed);
  }

  /** All elements of a vector in float32. */
  static float[] vector(WeightTensor tensor) {
    float[] values = new float[tensor.rowCount()];
    tensor.type().decode(tensor.rows(0, values.length), values, 0, values.length);
    return values;
  }

  /** Which row of which tensor is which column of the packed matrix; a column may be empty. */
  private static final class Columns {
    private final List<WeightTensor> parts;
    private final List<WeightTensor> biases;
    private final int outputs;
    private final int inputs;
    private final boolean gated;
    private final int[] part;
    private final int[] row;

    Columns(List<WeightTensor> parts, List<WeightTensor> biases, int outputs, boolean gated) {
      this.parts = parts;
      this.biases = biases;
      this.outputs = outputs;
      this.inputs = parts.get(0).rowLength();
      this.gated = gated;
      this.part = new int[blocks() * COLUMNS];
      this.row = new int[part.length];
      Arrays.fill(part, EMPTY);
    }

    void set(int column, int fromPart, int fromRow) {
      part[column] = fromPart;
      row[column] = fromRow;
    }

    int blocks() {
      return PackedMatrix.blocks(outputs, gated);
    }

    int[] packBfloat16(int block) {
      int[] packed = new int[Bfloat16Matrix.blockLength(inputs)];
      for (int j = 0; j < COLUMNS; j++) {
        int column = block * COLUMNS + j;
        if (part[column] != EMPTY) {
          ByteBuffer bytes =
              parts.get(part[column]).rows(row[column], 1).order(ByteOrder.LITTLE_ENDIAN);
          int shift = Bfloat16Matrix.high(j) ? 16 : 0;
          for (int k = 0; k < inputs; k++) {
            packed[Bfloat16Matrix.at(j, k, inputs)] |= (bytes.getShort(2 * k) & 0xffff) << shift;
          }
        }
      }
      return packed;
    }

    float[] packFloat32(int block) {
      float[] packed = new float[inputs * COLUMNS];
      float[] values = new float[inputs];
      for (int j = 0; j < COLUMNS; j++) {
        int column = block * COLUMNS + j;
        if (part[column] != EMPTY) {
          WeightTensor tensor = parts.get(part[column]);
          tensor.type().decode(tensor.rows(row[column], 1), values, 0, inputs);
          for (int k = 0; k < inputs; k++) {
            packed[k * COLUMNS + j] = values[k];
          }
        }
      }
      return packed;
    }

    float[] bias() {
      if (biases.isEmpty()) {
        return null;
      }
      List<float[]> values = biases.stream().map(MatrixPacker::vector).toList();
      float[] bias = new float[part.length];
      for (int column = 0; column < part.length; column++) {
        bias[column] = part[column] == EMPTY ? 0 : values.get(part[column])[row[column]];
      }
      return bias;
    }
  }
}
