package dev.espalier.engine.cpu;

import static dev.espalier.engine.cpu.Lanes.COUNT;
import static dev.espalier.engine.cpu.Lanes.FLOATS;
import static dev.espalier.engine.cpu.Lanes.INTS;

import java.util.concurrent.atomic.AtomicLong;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** What all threads together reach when they do nothing but multiply-adds, or nothing but read. */
public final class CpuYardsticks implements AutoCloseable {
  private static final int LOOPS = 1 << 14;
  private static final int WARM_UP = 500; // calls until the compiler has done its best

  /**
   * Enough for two units of four cycles, and so many that {@link #multiplyAdd} is too long to be
   * inlined: inside of its caller it was compiled to two thirds of this speed.
   */
  private static final int CHAINS = 13;

  private static final int READ_INTS = 1 << 26; // 256 MiB a thread, larger than its caches
  private static final int WARM_INTS = 1 << 14;

  private final Workers workers;

  /**
   * @param threads 0 is one a core
   */
  public CpuYardsticks(int threads) {
    workers = new Workers(threads > 0 ? threads : Runtime.getRuntime().availableProcessors());
  }

  /** Multiplications and additions in a second, measured for {@code seconds}. */
  public double multiplyAdds(double seconds) {
    AtomicLong loops = new AtomicLong();
    for (int i = 0; i < WARM_UP; i++) {
      multiplyAdd(LOOPS, new float[CHAINS * COUNT]);
    }
    long start = System.nanoTime();
    long end = start + (long) (seconds * 1e9);
    workers.run(
        workers.count(),
        (index, worker) -> {
          float[] sums = new float[CHAINS * COUNT];
          while (System.nanoTime() < end) {
            multiplyAdd(LOOPS, sums);
            loops.incrementAndGet();
          }
        });
    return 2.0 * CHAINS * COUNT * LOOPS * loops.get() / ((System.nanoTime() - start) * 1e-9);
  }

  private static void multiplyAdd(int loops, float[] sums) {
    FloatVector a = FloatVector.broadcast(FLOATS, 0.999f);
    FloatVector b = FloatVector.broadcast(FLOATS, 0.001f);
    FloatVector c0 = a;
    FloatVector c1 = a;
    FloatVector c2 = a;
    FloatVector c3 = a;
    FloatVector c4 = a;
    FloatVector c5 = a;
    FloatVector c6 = a;
    FloatVector c7 = a;
    FloatVector c8 = a;
    FloatVector c9 = a;
    FloatVector c10 = a;
    FloatVector c11 = a;
    FloatVector c12 = a;
    for (int i = 0; i < loops; i++) {
      c0 = c0.fma(a, b);
      c1 = c1.fma(a, b);
      c2 = c2.fma(a, b);
      c3 = c3.fma(a, b);
      c4 = c4.fma(a, b);
      c5 = c5.fma(a, b);
      c6 = c6.fma(a, b);
      c7 = c7.fma(a, b);
      c8 = c8.fma(a, b);
      c9 = c9.fma(a, b);
      c10 = c10.fma(a, b);
      c11 = c11.fma(a, b);
      c12 = c12.fma(a, b);
    }
    c0.intoArray(sums, 0);
    c1.intoArray(sums, COUNT);
    c2.intoArray(sums, 2 * COUNT);
    c3.intoArray(sums, 3 * COUNT);
    c4.intoArray(sums, 4 * COUNT);
    c5.intoArray(sums, 5 * COUNT);
    c6.intoArray(sums, 6 * COUNT);
    c7.intoArray(sums, 7 * COUNT);
    c8.intoArray(sums, 8 * COUNT);
    c9.intoArray(sums, 9 * COUNT);
    c10.intoArray(sums, 10 * COUNT);
    c11.intoArray(sums, 11 * COUNT);
    c12.intoArray(sums, 12 * COUNT);
  }

  /** Bytes read in a second, measured for {@code seconds}. */
  public double read(double seconds) {
    int[][] memory = new int[workers.count()][READ_INTS];
    AtomicLong reads = new AtomicLong();
    for (int i = 0; i < WARM_UP; i++) {
      sum(memory[0], WARM_INTS);
    }
    long start = System.nanoTime();
    long end = start + (long) (seconds * 1e9);
    workers.run(
        workers.count(),
        (index, worker) -> {
          while (System.nanoTime() < end) {
            if (sum(memory[index], READ_INTS) == 0) {
              reads.incrementAndGet();
            }
          }
        });
    return (double) Integer.BYTES * READ_INTS * reads.get() / ((System.nanoTime() - start) * 1e-9);
  }

  private static int sum(int[] memory, int count) {
    IntVector a = IntVector.zero(INTS);
    IntVector b = a;
    IntVector c = a;
    IntVector d = a;
    for (int i = 0; i < count; i += 4 * COUNT) {
      a = a.add(IntVector.fromArray(INTS, memory, i));
      b = b.add(IntVector.fromArray(INTS, memory, i + COUNT));
      c = c.add(IntVector.fromArray(INTS, memory, i + 2 * COUNT));
      d = d.add(IntVector.fromArray(INTS, memory, i + 3 * COUNT));
    }
    return a.add(b).add(c.add(d)).lane(0);
  }

  @Override
  public void close() {
    workers.close();
  }
}
