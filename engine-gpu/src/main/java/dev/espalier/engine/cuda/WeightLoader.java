package dev.espalier.engine.cuda;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import dev.espalier.engine.cuda.driver.Arguments;
import dev.espalier.engine.cuda.driver.CudaDevice;
import dev.espalier.engine.cuda.driver.DeviceArena;
import dev.espalier.engine.cuda.driver.DeviceBuffer;
import dev.espalier.engine.cuda.driver.Kernel;
import dev.espalier.engine.model.ElementType;
import dev.espalier.engine.model.WeightTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads tensors of a checkpoint; matrices lay out their rows. Memory and copies are noted down
 * first: {@link #load} allocates all of it in one piece and carries out the copies, so that a
 * device that is too small says so before anything is read.
 */
final class WeightLoader {
  private static final Logger LOG = LoggerFactory.getLogger(WeightLoader.class);

  private final CudaDevice device;
  private final Arguments arguments = new Arguments();
  private final Kernel loadVector;
  private final List<Consumer<WeightStaging>> copies = new ArrayList<>();
  private DeviceArena arena;

  WeightLoader(CudaDevice device) {
    this.device = device;
    this.loadVector = device.kernel("load_vector", 256, 0);
    this.arena = arena();
  }

  private DeviceArena arena() {
    return device.own(
        new DeviceArena("the weights", "use a GPU with more, or end what else runs on this one"));
  }

  /** Memory for weights, which is there from {@link #load} on. */
  DeviceBuffer reserve(long bytes, String what) {
    return arena.reserve(bytes, what);
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
   * Notes down to load {@code parts} one below the other.
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
  }

  /** Notes down to load {@code parts}, of which {@code run} rows each take turns. */
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
  }

  private void load(
      WeightTensor part, WeightTensor partBias, Place place, Rows matrix, DeviceBuffer bias) {
    for (WeightReader.Piece piece : WeightReader.cut(part, WeightStaging.BUFFER_BYTES)) {
      int type = type(part.type());
      copies.add(
          staging ->
              staging.stage(
                  part,
                  piece,
                  staged -> matrix.write(staged, type, piece.first(), piece.count(), place)));
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
    DeviceBuffer weights = reserve((long) length * Float.BYTES, weight.name());
    vector(weight, offset, weights, new Place(length, length, 0));
    return new DeviceNorm(length, epsilon, weights);
  }

  static EngineException unsupported(WeightTensor tensor, String why) {
    return new EngineException(
        ErrorCode.CHECKPOINT_INVALID, tensor.name() + " does not fit the GPU kernels: " + why);
  }

  private void vector(WeightTensor tensor, float offset, DeviceBuffer to, Place place) {
    List<WeightReader.Piece> pieces = WeightReader.cut(tensor, WeightStaging.BUFFER_BYTES);
    if (pieces.size() > 1) {
      throw unsupported(tensor, "it has " + tensor.rowCount() + " values");
    }
    copies.add(
        staging ->
            staging.stage(
                tensor, pieces.get(0), staged -> vector(staged, tensor, offset, to, place)));
  }

  private void vector(
      DeviceBuffer staged, WeightTensor tensor, float offset, DeviceBuffer to, Place place) {
    int length = tensor.rowCount();
    arguments
        .begin()
        .add(staged)
        .add(type(tensor.type()))
        .add(length)
        .add(offset)
        .add(to)
        .add(place.run())
        .add(place.stride())
        .add(place.first());
    loadVector.launch((length + 255) / 256, 1, arguments);
  }

  /**
   * Allocates and loads what was noted down, and waits for it; a line of the log says how fast it
   * was.
   *
   * @return bytes on the device
   * @throws EngineException OUT_OF_MEMORY, CHECKPOINT_INVALID
   */
  long load() {
    long start = System.nanoTime();
    arena.allocate(device);
    long allocated = arena.bytes();
    arena = arena();
    long bytes;
    try (WeightStaging staging = new WeightStaging(device)) {
      copies.forEach(copy -> copy.accept(staging));
      bytes = staging.bytes();
    } finally {
      copies.clear();
    }
    if (bytes > 0) {
      LOG.info(rate(bytes, (System.nanoTime() - start) / 1e9, device.name()));
    }
    return allocated;
  }

  /** What a user reads about {@code bytes} of weights that were loaded. */
  static String rate(long bytes, double seconds, String device) {
    return String.format(
        Locale.ROOT,
        "loaded %.2f GB of weights onto %s in %.2f s: %.1f GB/s",
        bytes / 1e9,
        device,
        seconds,
        bytes / 1e9 / seconds);
  }

  private static int type(ElementType type) {
    return switch (type) {
      case BF16 -> 0;
      case F16 -> 1;
      case F32 -> 2;
    };
  }
}
