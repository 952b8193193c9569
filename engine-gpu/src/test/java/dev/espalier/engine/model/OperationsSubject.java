package dev.espalier.engine.model;

import dev.espalier.engine.model.Operations.Activation;
import dev.espalier.engine.model.Operations.Matrix;
import dev.espalier.engine.model.Operations.Norm;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Operations under test, with a way to read what they hold. */
public abstract class OperationsSubject implements AutoCloseable {
  private final Operations operations;
  private final Map<Integer, Sink> sinks = new HashMap<>();

  /** Where a product of so many columns is added to zeros, to be read. */
  private record Sink(Matrix zeros, Norm norm, Activation sum, Activation normalised) {}

  /** A device whose operations a contract tests. */
  public interface Device {

    /** Opens its operations, for steps of {@code maxRows}. */
    OperationsSubject open(int maxRows);
  }

  protected OperationsSubject(Operations operations) {
    this.operations = operations;
  }

  public Operations operations() {
    return operations;
  }

  /** The first rows of an activation that is no product. */
  public abstract float[][] values(Activation activation, int rows);

  /** A value as the device keeps queries, keys and values. */
  public abstract double round(double value);

  /** Half the distance between neighbouring values in that type, relative, and a little more. */
  public abstract double unit();

  /** To be called before the cache is opened, with the columns of products to be read. */
  public void prepareReading(int... columns) {
    for (int count : columns) {
      Tensor zeros = new Tensor("zeros", 1000, count, 0);
      sinks.put(
          count,
          new Sink(
              operations.matrix(List.of(zeros), List.of()),
              operations.norm(new Tensor("ones", count, 1, 0), 1e-5f, 1),
              operations.activation(count),
              operations.activation(count)));
    }
  }

  /** The first rows of what the last {@link Operations#project} wrote, as its readers see it. */
  public float[][] product(Activation product, int rows) {
    Sink sink = sinks.get(product.columns());
    operations.embed(sink.zeros, 1, sink.sum);
    operations.addNormalize(sink.sum, product, null, sink.norm, sink.normalised);
    return values(sink.sum, rows);
  }

  @Override
  public void close() {
    operations.close();
  }

  /** Noise in bfloat16; a vector if it has one column. */
  public static final class Tensor implements WeightTensor {
    private final WeightTensor stored;
    private final int columns;
    private final float[] values;

    /**
     * @param spread its standard deviation
     */
    public Tensor(String name, int rows, int columns, double spread) {
      this.columns = columns;
      WeightSource noise =
          new ComputedWeights(
              (of, row, column) -> spread * ComputedWeights.noise(1, of, row, column));
      this.stored = columns == 1 ? noise.tensor(name, rows) : noise.tensor(name, rows, columns);
      this.values = new float[rows * columns];
      stored.type().decode(stored.rows(0, rows), values, 0, values.length);
    }

    float at(int row, int column) {
      return values[row * columns + column];
    }

    double dot(int row, float[] other) {
      double sum = 0;
      for (int column = 0; column < columns; column++) {
        sum += (double) values[row * columns + column] * other[column];
      }
      return sum;
    }

    @Override
    public String name() {
      return stored.name();
    }

    @Override
    public ElementType type() {
      return stored.type();
    }

    @Override
    public List<Integer> shape() {
      return stored.shape();
    }

    @Override
    public ByteBuffer rows(int first, int count) {
      return stored.rows(first, count);
    }
  }
}
