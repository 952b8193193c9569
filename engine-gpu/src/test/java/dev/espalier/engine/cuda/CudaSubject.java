package dev.espalier.engine.cuda;

import static dev.espalier.engine.cuda.driver.CudaCalls.check;

import dev.espalier.engine.Dtype;
import dev.espalier.engine.cuda.DeviceActivation.Layout;
import dev.espalier.engine.cuda.driver.DeviceBuffer;
import dev.espalier.engine.cuda.driver.DeviceLimits;
import dev.espalier.engine.model.Operations;
import dev.espalier.engine.model.OperationsSubject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jcuda.Pointer;
import jcuda.driver.JCudaDriver;

/** The operations of a GPU. */
final class CudaSubject extends OperationsSubject {
  private final CudaOperations operations;

  private final boolean isFloat32;

  private CudaSubject(CudaOperations operations, boolean isFloat32) {
    super(operations);
    this.operations = operations;
    this.isFloat32 = isFloat32;
  }

  /** With the fastest kernels that the GPU has. */
  interface Fastest extends Device {
    @Override
    default OperationsSubject open(int maxRows) {
      return new CudaSubject(Gpu.open(maxRows), false);
    }
  }

  /** With the kernels for every GPU since Ampere. */
  interface Portable extends Device {
    @Override
    default OperationsSubject open(int maxRows) {
      return new CudaSubject(Gpu.open(maxRows, DeviceLimits::withoutWgmma), false);
    }
  }

  /** With the kernels for GPUs of compute capability 8.6 and 8.9. */
  interface LittleSharedMemory extends Device {
    @Override
    default OperationsSubject open(int maxRows) {
      return new CudaSubject(
          Gpu.open(maxRows, limits -> limits.withoutWgmma().withShared(101_376, 102_400)), false);
    }
  }

  /** With the kernels for float32. */
  interface Float32 extends Device {
    @Override
    default OperationsSubject open(int maxRows) {
      return new CudaSubject(Gpu.open(maxRows, Dtype.FLOAT32), true);
    }
  }

  @Override
  public float[][] values(Operations.Activation activation, int rows) {
    operations.device().synchronize("operations under test");
    DeviceActivation from = (DeviceActivation) activation;
    float[][] values = new float[rows][from.columns()];
    if (from.layout() == Layout.FLOAT_ROWS) {
      ByteBuffer floats = download(from.read(Layout.FLOAT_ROWS), 4L * rows * from.columns());
      for (float[] row : values) {
        floats.asFloatBuffer().get(row);
        floats.position(floats.position() + row.length * Float.BYTES);
      }
      return values;
    }
    ByteBuffer panels =
        download(from.read(Layout.PANELS), Panels.bytes(from.rows(), from.columns()));
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < from.columns(); column++) {
        int bits = panels.getShort(2 * panelIndex(row, column, from.rows()));
        values[row][column] = Float.intBitsToFloat(bits << 16);
      }
    }
    return values;
  }

  /** As panel_index in panels.cuh. */
  private static int panelIndex(int row, int column, int rows) {
    int piece = column / 8 % 8;
    return (column / 64 * rows + row) * 64 + (piece ^ row % 8) * 8 + column % 8;
  }

  private static ByteBuffer download(DeviceBuffer from, long bytes) {
    byte[] content = new byte[Math.toIntExact(bytes)];
    check(
        JCudaDriver.cuMemcpyDtoH(Pointer.to(content), from.pointer(), bytes),
        "cuMemcpyDtoH of an activation");
    return ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public double round(double value) {
    if (isFloat32) {
      return (float) value;
    }
    int bits = Float.floatToRawIntBits((float) value);
    return Float.intBitsToFloat(bits + 0x7fff + (bits >>> 16 & 1) & 0xffff0000);
  }

  @Override
  public double unit() {
    return isFloat32 ? 1e-5 : 0x1.2p-8;
  }
}
