package dev.espalier.engine.cuda.driver;

import static dev.espalier.engine.cuda.driver.CudaCalls.check;

import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.JCudaDriver;

/** A place in a stream that the host can wait for. */
public final class StreamEvent implements AutoCloseable {
  private final CUevent event = new CUevent();

  public StreamEvent() {
    check(JCudaDriver.cuEventCreate(event, CUevent_flags.CU_EVENT_DISABLE_TIMING), "cuEventCreate");
  }

  /** Moves it behind all that is queued on {@code stream} now. */
  public void record(CudaDevice device) {
    check(JCudaDriver.cuEventRecord(event, device.stream()), "cuEventRecord");
  }

  /**
   * Waits until the stream has come there; returns at once if it was never recorded.
   *
   * @param what comes before it, as errors say it
   */
  public void await(String what) {
    check(JCudaDriver.cuEventSynchronize(event), "cuEventSynchronize after " + what);
  }

  @Override
  public void close() {
    check(JCudaDriver.cuEventDestroy(event), "cuEventDestroy");
  }
}
