package dev.espalier.engine.cpu;

import static dev.espalier.engine.cpu.FloatTile.COLUMNS;
import static dev.espalier.engine.cpu.Lanes.COUNT;

import dev.espalier.engine.WeightFormat;
import dev.espalier.engine.model.AttentionConfig;
import dev.espalier.engine.model.GateFunction;
import dev.espalier.engine.model.Rope;
import dev.espalier.engine.sample.SumExp;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the inner loops compiled while weights are read, before the first step needs them, and sees
 * whether the compiler kept their vectors in registers: a loop whose vectors are objects allocates
 * memory, and takes several times as long. Its results are the same.
 */
public final class KernelWarmUp {
  private static final Logger LOG = LoggerFactory.getLogger(KernelWarmUp.class);
  private static final int INPUTS = 128;
  private static final int ROWS = 8; // most of a tile
  private static final int CALLS = 32; // between two looks
  private static final int REST_MILLIS = 4; // after a look at each loop
  private static final int CLEAN = 8; // looks in a row without vectors on the heap: enough
  private static final int STRAY_BYTES = 1024; // of objects that are no loop's own, between looks
  private static final long MOST_NANOS = 8_000_000_000L; // of this thread's CPU time for one loop
  private static final Set<WeightFormat> STARTED = EnumSet.noneOf(WeightFormat.class);

  /**
   * A loop with its data.
   *
   * @param bytes that one call of it allocates for other things than vectors
   */
  private record Kernel(String name, int bytes, Runnable call) {}

  /** Starts the warm-up in the background, once a JVM; says so where the compiler failed. */
  public static void start(WeightFormat format) {
    synchronized (STARTED) {
      if (!STARTED.add(format)) {
        return;
      }
    }
    Thread thread =
        new Thread(
            () -> {
              List<String> onHeap = run(format);
              if (!onHeap.isEmpty()) {
                LOG.warn(
                    "The Java compiler left vectors of these loops on the heap, so that the engine"
                        + " is slower than it could be, with the same results: {}. A new start of"
                        + " this process, or a newer JDK, mends it",
                    String.join(", ", onHeap));
              }
            },
            "espalier-cpu-warm-up");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Calls all loops in turn until they are compiled.
   *
   * @return the loops whose vectors stay on the heap; none in a runtime that does not count what a
   *     thread allocates
   */
  public static List<String> run(WeightFormat format) {
    synchronized (STARTED) {
      STARTED.add(format);
    }
    List<Settling> all = kernels(format).stream().map(Settling::new).toList();
    List<Settling> open = new ArrayList<>(all);
    while (!open.isEmpty()) {
      open.removeIf(Settling::look);
      if (!open.isEmpty()) {
        rest();
      }
    }
    return all.stream().filter(loop -> loop.onHeap).map(loop -> loop.kernel.name).toList();
  }

  /** Leaves the CPU to the compiler's threads, for which all loops wait at once. */
  private static void rest() {
    try {
      Thread.sleep(REST_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Bits of the vectors that the loops use. */
  public static int vectorBits() {
    return COUNT * Float.SIZE;
  }

  /** A loop that is called until it has not allocated for some looks. */
  private static final class Settling {
    private final Kernel kernel;
    private long nanos;
    private int clean;
    private boolean onHeap;

    Settling(Kernel kernel) {
      this.kernel = kernel;
    }

    /** Calls the loop some times; true if it has settled, or never will. */
    boolean look() {
      long begin = cpuNanos();
      long before = allocated();
      for (int i = 0; i < CALLS; i++) {
        kernel.call.run();
      }
      boolean inRegisters = allocated() - before <= STRAY_BYTES + (long) CALLS * kernel.bytes;
      clean = inRegisters ? clean + 1 : 0;
      nanos += cpuNanos() - begin;
      onHeap = !inRegisters && nanos > MOST_NANOS;
      return onHeap || clean == CLEAN;
    }
  }

  /** Where other processes take the CPU, the compiler's threads are as late as this one. */
  private static long cpuNanos() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    return threads.isCurrentThreadCpuTimeSupported()
        ? threads.getCurrentThreadCpuTime()
        : System.nanoTime();
  }

  /** Bytes that this thread has allocated; always 0 in a runtime that does not count them. */
  private static long allocated() {
    try {
      return ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean threads
          ? threads.getCurrentThreadAllocatedBytes()
          : 0;
    } catch (LinkageError e) { // without the module jdk.management
      return 0;
    }
  }

  private static List<Kernel> kernels(WeightFormat format) {
    float[] a = new float[ROWS * INPUTS];
    Arrays.fill(a, 0.5f);
    float[] weights = new float[INPUTS * COLUMNS];
    float[] sums = new float[ROWS * COLUMNS];
    float[] totals = new float[ROWS * COLUMNS];
    PackedMatrix.Scratch scratch = new PackedMatrix.Scratch();
    int[] ints = new int[INPUTS * COLUMNS];
    List<Kernel> kernels = new ArrayList<>();
    if (format == WeightFormat.INT8) {
      kernels.add(
          new Kernel("int8 to float32", 0, () -> Int8Tile.unpack(ints, 0, INPUTS / 4, weights)));
      kernels.add(
          new Kernel("int8, scales", 0, () -> Int8Tile.addScaled(sums, weights, 0, totals, ROWS)));
    } else {
      kernels.add(
          new Kernel(
              "bfloat16, 4 rows",
              0,
              () -> Bfloat16Tile.multiplyFour(a, 0, ints, 0, INPUTS, sums, 0)));
      kernels.add(
          new Kernel(
              "bfloat16, 1 row",
              0,
              () -> Bfloat16Tile.multiplyOne(a, 0, ints, 0, INPUTS * COUNT, INPUTS, sums, 0)));
    }
    kernels.add(
        new Kernel(
            "float32, 4 rows", 0, () -> FloatTile.multiplyFour(a, 0, weights, 0, INPUTS, sums, 0)));
    kernels.add(
        new Kernel(
            "float32, 1 row", 0, () -> FloatTile.multiplyOne(a, 0, weights, 0, INPUTS, sums, 0)));
    if (COUNT < 16) {
      kernels.add(
          new Kernel(
              "bfloat16, 6 rows",
              0,
              () -> Bfloat16Tile.multiplySix(a, 0, ints, 0, INPUTS, sums, 0)));
      kernels.add(
          new Kernel(
              "float32, 6 rows",
              0,
              () -> FloatTile.multiplySix(a, 0, weights, 0, INPUTS, sums, 0)));
    } else {
      kernels.add(
          new Kernel(
              "bfloat16, 8 rows",
              0,
              () -> Bfloat16Tile.multiplyEight(a, 0, ints, 0, INPUTS, sums, 0)));
      kernels.add(
          new Kernel(
              "float32, 8 rows",
              0,
              () -> FloatTile.multiplyEight(a, 0, weights, 0, INPUTS, sums, 0)));
    }
    kernels.add(
        new Kernel("sums", 0, () -> FloatSums.add(sums, totals, ROWS, 0, FloatTile.COLUMNS)));
    for (GateFunction function : GateFunction.values()) {
      kernels.add(
          new Kernel(
              "gate " + function, 0, () -> MatrixProduct.gate(function, totals, ROWS, scratch)));
    }
    kernels.add(new Kernel("normalisation", CpuNorm.BYTES, norm()));
    SumExp sum = new LanesSumExp();
    kernels.add(new Kernel("sum of exponentials", 0, () -> sum.of(a, 0, a.length, 1)));
    kernels.add(new Kernel("attention, 4 rows", 0, attention(0, AttentionTile.FEW)));
    kernels.add(new Kernel("attention, 6 rows", 0, attention(0, AttentionTile.MOST)));
    kernels.add(new Kernel("attention with a soft cap", 0, attention(30, AttentionTile.FEW)));
    return kernels;
  }

  private static Runnable norm() {
    float[] row = new float[INPUTS];
    Arrays.fill(row, 1f);
    CpuNorm norm = new CpuNorm(row.clone(), 1e-5f, 0);
    return () -> norm.apply(row, 0, row, 0);
  }

  /** A tile of positions that its rows see to different ends, in part in the same pages. */
  private static Runnable attention(float softCap, int size) {
    int headSize = 64;
    AttentionConfig config =
        new AttentionConfig(
            1, 1, headSize, 0.125f, softCap, 0, Rope.of(new float[headSize / 2], 1));
    PagedCache.Layer cache = PagedCache.allocate(List.of(config), 1 << 20).layer(0);
    int[][] keyPages = new int[2][AttentionTile.POSITIONS / PagedCache.PAGE];
    int[][] valuePages = new int[2][AttentionTile.POSITIONS / PagedCache.PAGE];
    for (int sequence = 0; sequence < 2; sequence++) {
      for (int i = 0; i < keyPages[0].length; i++) {
        int page = i < keyPages[0].length / 2 ? i : i + sequence;
        keyPages[sequence][i] = cache.keyOffset(page, 0);
        valuePages[sequence][i] = cache.valueOffset(page, 0);
      }
    }
    AttentionRows rows = new AttentionRows();
    float[] query = new float[headSize];
    float[] out = new float[headSize];
    return () -> {
      rows.begin(config, cache.width(), 2 * size);
      for (int row = 0; row < 2 * size; row++) {
        int sequence = row < size / 2 ? 0 : 1;
        rows.place(row, sequence, query, 0, AttentionTile.POSITIONS - 2 - row);
      }
      for (int row = 0; row < 2 * size; row += size) {
        rows.tile(row, size, 0, cache, keyPages, valuePages);
      }
      for (int row = 0; row < 2 * size; row++) {
        rows.finish(row, out, 0);
      }
    };
  }

  private KernelWarmUp() {}
}
