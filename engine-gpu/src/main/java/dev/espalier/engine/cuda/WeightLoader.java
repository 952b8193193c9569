package dev.espalier.engine.cuda;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.model.ElementType;
import dev.espalier.engine.model.WeightTensor;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Copies tensors of a checkpoint to the device; matrices lay out their rows. Two staging buffers
 * take turns: one is filled from the checkpoint's memory map while the other is copied.
 */
final class WeightLoader {
  private static final int STAGE_BYTES = 32 << 20;

  private final CudaDevice device;
  private final Arguments arguments = new Arguments();
  private final Kernel loadVector;
  private final Noise noise;
  private final HostBuffer[] host = new HostBuffer[2];
  private final DeviceBuffer[] staged = new DeviceBuffer[2];
  private int turn;

  WeightLoader(CudaDevice device) {
    this.device = device;
    this.loadVector = device.kernel("load_vector", 256, 0);
    this.noise = new Noise(device);
    for (int i = 0; i < host.length; i++) {
      host[i] = device.own(new HostBuffer(STAGE_BYTES, "staging weights"));
      staged[i] = device.allocate(STAGE_BYTES, "staging weights");
    }
  }

  /**
   * Where rows of a tensor go: row {@code r} becomes row {@code first + r / run * stride + r %
   * run}.
   */
  record Place(int run, int stride, int first) {}

  /** A matrix that takes rows. */
  interface Rows {
    /**
     * Queues the copy of {@code count} rows from {@code row} on.
     *
     * @param staged the rows, row-major
     * @param type of their elements, a SourceType of load_rows.cu
     */
    void write(DeviceBuffer staged, int type, int row, int count, Place place);
  }

  /**
   * Loads {@code parts} one below the other.
   *
   * @param bias takes the biases, if there are any
   */
  void stack(List<WeightTensor> parts, List<WeightTensor> biases, Rows matrix, DeviceBuffer bias) {
    int first = 0;
    for (int i = 0; i < parts.size(); i++) {
      WeightTensor part = parts.get(i);
      Place place = new Place(part.rowCount(), part.rowCount(), first);
      load(part, biases.isEmpty() ? null : biases.get(i), place, matrix, bias);
      first += part.rowCount();
    }
    device.synchronize("loading " + parts.get(0).name());
  }

  /** Lets {@code run} rows of each of {@code parts} take turns. */
  void alternate(
      List<WeightTensor> parts,
      List<WeightTensor> biases,
      int run,
      Rows matrix,
      DeviceBuffer bias) {
    for (int i = 0; i < parts.size(); i++) {
      Place place = new Place(run, parts.size() * run, i * run);
      load(parts.get(i), biases.isEmpty() ? null : biases.get(i), place, matrix, bias);
    }
    device.synchronize("loading " + parts.get(0).name());
  }

  private void load(
      WeightTensor part, WeightTensor partBias, Place place, Rows matrix, DeviceBuffer bias) {
    int rowBytes = part.rowLength() * part.type().bytes();
    int most = Math.max(1, STAGE_BYTES / rowBytes);
    for (int row = 0; row < part.rowCount(); row += most) {
      int count = Math.min(most, part.rowCount() - row);
      DeviceBuffer staged = stage(part, row, count, (long) count * rowBytes);
      matrix.write(staged, type(part.type()), row, count, place);
    }
    if (partBias != null) {
      vector(partBias, 0, bias, place);
    }
  }

  /**
   * @param step the kernels take lengths that are multiples of it
   */
  DeviceNorm norm(WeightTensor weight, float epsilon, float offset, int step) {
    int length = weight.rowCount();
    if (length % step != 0) {
      throw unsupported(weight, "its length " + length + " is not a multiple of " + step);
    }
    DeviceBuffer weights = device.allocate((long) length * Float.BYTES, weight.name());
    vector(weight, offset, weights, new Place(length, length, 0));
    device.synchronize("loading " + weight.name());
    return new DeviceNorm(length, epsilon, weights);
  }

  static EngineException unsupported(WeightTensor tensor, String why) {
    return new EngineException(
        ErrorCode.CHECKPOINT_INVALID, tensor.name() + " does not fit the GPU kernels: " + why);
  }

  private void vector(WeightTensor tensor, float offset, DeviceBuffer to, Place place) {
    int length = tensor.rowCount();
    DeviceBuffer source = stage(tensor, 0, length, (long) length * tensor.type().bytes());
    arguments
        .begin()
        .add(source)
        .add(type(tensor.type()))
        .add(length)
        .add(offset)
        .add(to)
        .add(place.run())
        .add(place.stride())
        .add(place.first());
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
      noise.fill(staged[turn], bytes, random.deviation(), random.seed() + row);
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
