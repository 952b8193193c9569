package dev.espalier.engine.cuda;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.model.ElementType;
import dev.espalier.engine.model.WeightTensor;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Copies tensors of a checkpoint to the device and lays them out. Two staging buffers take turns:
 * one is filled from the checkpoint's memory map while the other is copied.
 */
final class WeightLoader {
  private static final int STAGE_BYTES = 32 << 20;
  private static final int GATE_RUN = 8;

  private final CudaDevice device;
  private final Arguments arguments = new Arguments();
  private final Kernel loadRows;
  private final Kernel loadVector;
  private final Kernel fillRandom;
  private final HostBuffer[] host = new HostBuffer[2];
  private final DeviceBuffer[] staged = new DeviceBuffer[2];
  private int turn;

  WeightLoader(CudaDevice device) {
    this.device = device;
    this.loadRows = device.kernel("load_rows", 256, 0);
    this.loadVector = device.kernel("load_vector", 256, 0);
    this.fillRandom = device.kernel("fill_random", 256, 0);
    for (int i = 0; i < host.length; i++) {
      host[i] = device.own(new HostBuffer(STAGE_BYTES, "staging weights"));
      staged[i] = device.allocate(STAGE_BYTES, "staging weights");
    }
  }

  /** Stacks {@code parts}. */
  PanelMatrix matrix(List<WeightTensor> parts, List<WeightTensor> biases) {
    int outputs = parts.stream().mapToInt(WeightTensor::rowCount).sum();
    int inputs = parts.get(0).rowLength();
    PanelMatrix matrix = empty(outputs, inputs, outputs, false, !biases.isEmpty());
    int first = 0;
    for (int i = 0; i < parts.size(); i++) {
      WeightTensor part = parts.get(i);
      rows(part, matrix, part.rowCount(), part.rowCount(), first);
      if (!biases.isEmpty()) {
        vector(biases.get(i), 0, matrix.bias(), part.rowCount(), part.rowCount(), first);
      }
      first += part.rowCount();
    }
    device.synchronize("loading " + parts.get(0).name());
    return matrix;
  }

  /** Lets 8 rows of gate and 8 rows of up take turns. */
  PanelMatrix gatedMatrix(WeightTensor gate, WeightTensor up, List<WeightTensor> biases) {
    int outputs = gate.rowCount();
    if (outputs % GATE_RUN != 0) {
      throw unsupported(gate, outputs + " feed-forward values are not a multiple of " + GATE_RUN);
    }
    PanelMatrix matrix = empty(outputs, gate.rowLength(), 2 * outputs, true, !biases.isEmpty());
    List<WeightTensor> parts = List.of(gate, up);
    for (int i = 0; i < 2; i++) {
      rows(parts.get(i), matrix, GATE_RUN, 2 * GATE_RUN, i * GATE_RUN);
      if (!biases.isEmpty()) {
        vector(biases.get(i), 0, matrix.bias(), GATE_RUN, 2 * GATE_RUN, i * GATE_RUN);
      }
    }
    device.synchronize("loading " + gate.name());
    return matrix;
  }

  DeviceNorm norm(WeightTensor weight, float epsilon, float offset) {
    int length = weight.rowCount();
    if (length % 4 != 0) {
      throw unsupported(weight, "its length " + length + " is not a multiple of 4");
    }
    DeviceBuffer weights = device.allocate((long) length * Float.BYTES, weight.name());
    vector(weight, offset, weights, length, length, 0);
    device.synchronize("loading " + weight.name());
    return new DeviceNorm(length, epsilon, weights);
  }

  private static EngineException unsupported(WeightTensor tensor, String why) {
    return new EngineException(
        ErrorCode.CHECKPOINT_INVALID, tensor.name() + " does not fit the GPU kernels: " + why);
  }

  private PanelMatrix empty(int outputs, int inputs, int products, boolean gated, boolean biased) {
    int rows = Panels.roundUp(products, PanelMatrix.TILE);
    DeviceBuffer weights =
        device.allocate(Panels.bytes(rows, inputs) + PanelMatrix.SLACK_BYTES, "weights");
    DeviceBuffer bias = biased ? device.allocate((long) rows * Float.BYTES, "a bias") : null;
    return new PanelMatrix(outputs, inputs, products, gated, weights, bias);
  }

  private void rows(WeightTensor tensor, PanelMatrix matrix, int run, int stride, int first) {
    int columns = tensor.rowLength();
    int rowBytes = columns * tensor.type().bytes();
    int most = Math.max(1, STAGE_BYTES / rowBytes);
    for (int row = 0; row < tensor.rowCount(); row += most) {
      int count = Math.min(most, tensor.rowCount() - row);
      DeviceBuffer source = stage(tensor, row, count, (long) count * rowBytes);
      arguments
          .begin()
          .add(source)
          .add(type(tensor.type()))
          .add(columns)
          .add(matrix.weights())
          .add(matrix.rows())
          .add(row)
          .add(run)
          .add(stride)
          .add(first);
      loadRows.launch(count, 1, arguments);
    }
  }

  private void vector(
      WeightTensor tensor, float offset, DeviceBuffer to, int run, int stride, int first) {
    int length = tensor.rowCount();
    DeviceBuffer source = stage(tensor, 0, length, (long) length * tensor.type().bytes());
    arguments
        .begin()
        .add(source)
        .add(type(tensor.type()))
        .add(length)
        .add(offset)
        .add(to)
        .add(run)
        .add(stride)
        .add(first);
    loadVector.launch((length + 255) / 256, 1, arguments);
  }

  private DeviceBuffer stage(WeightTensor tensor, int row, int count, long bytes) {
    turn = 1 - turn;
    if (bytes > STAGE_BYTES) {
      throw unsupported(tensor, "a row takes " + bytes + " bytes");
    }
    // The copy before the last one read this buffer; one copy may still be under way.
    if (turn == 0) {
      device.synchronize("loading " + tensor.name());
    }
    if (tensor instanceof RandomTensor random && random.shape().size() == 2) {
      arguments
          .begin()
          .add(staged[turn])
          .add(bytes / random.type().bytes())
          .add(random.deviation())
          .add(random.seed() + row);
      fillRandom.launch(8 * device.multiprocessors(), 1, arguments);
    } else {
      ByteBuffer rows = tensor.rows(row, count);
      host[turn].content().clear().put(rows);
      host[turn].upload(staged[turn], (int) bytes, device.stream());
    }
    return staged[turn];
  }

  private static int type(ElementType type) {
    return switch (type) {
      case BF16 -> 0;
      case F16 -> 1;
      case F32 -> 2;
    };
  }
}
