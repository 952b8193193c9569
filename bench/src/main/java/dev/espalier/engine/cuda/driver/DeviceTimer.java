package dev.espalier.engine.cuda.driver;

import static dev.espalier.engine.cuda.driver.CudaCalls.check;

import jcuda.driver.CUevent;
import jcuda.driver.JCudaDriver;

/** Times what a device's stream does between two places. */
public final class DeviceTimer implements AutoCloseable {
  private final CudaDevice device;
  private final CUevent start = new CUevent();
  private final CUevent stop = new CUevent();

  public DeviceTimer(CudaDevice device) {
    this.device = device;
    check(JCudaDriver.cuEventCreate(start, 0), "cuEventCreate");
    check(JCudaDriver.cuEventCreate(stop, 0), "cuEventCreate");
  }

  public void start() {
    check(JCudaDriver.cuEventRecord(start, device.stream()), "cuEventRecord");
  }

  public void stop() {
    check(JCudaDriver.cuEventRecord(stop, device.stream()), "cuEventRecord");
  }

  /** Milliseconds between the two places, once the device has passed them. */
  public float milliseconds() {
    device.synchronize("what is timed");
    float[] milliseconds = new float[1];
    check(JCudaDriver.cuEventElapsedTime(milliseconds, start, stop), "cuEventElapsedTime");
    return milliseconds[0];
  }

  @Override
  public void close() {
    check(JCudaDriver.cuEventDestroy(start), "cuEventDestroy");
    check(JCudaDriver.cuEventDestroy(stop), "cuEventDestroy");
  }
}
