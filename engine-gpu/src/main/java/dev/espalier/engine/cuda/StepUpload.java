package dev.espalier.engine.cuda;

import dev.espalier.engine.cuda.StepImage.Part;
import dev.espalier.engine.cuda.driver.CudaDevice;
import dev.espalier.engine.cuda.driver.DeviceBuffer;
import dev.espalier.engine.cuda.driver.UploadBuffers;
import dev.espalier.engine.forward.BatchLayout;

/** The {@link StepImage} of a step, on its way to the device, where it is copied at once. */
final class StepUpload implements AutoCloseable {
  private final StepImage image;
  private final UploadBuffers buffers = new UploadBuffers("the data of a step");

  /**
   * @param rows most rows of a step
   */
  StepUpload(int rows) {
    image = new StepImage(rows);
    allocate();
  }

  private void allocate() {
    buffers.allocate(Math.multiplyExact(image.size(), Integer.BYTES));
  }

  /**
   * Writes down a step.
   *
   * @param rows of the launches, at least those of the step; the rest only fills them up
   */
  void fill(BatchLayout step, AttentionPlan plan, int rows) {
    image.reserve(step, plan, rows);
    if (buffers.bytes() < (long) image.size() * Integer.BYTES) {
      allocate();
    }
    image.write(step, plan, rows, buffers.next().asIntBuffer());
  }

  /** Queues the copy of what {@link #fill} wrote. */
  void upload(CudaDevice device) {
    buffers.upload(image.end() * Integer.BYTES, device);
  }

  /** A part on the device, from element {@code first} on. */
  DeviceBuffer part(Part part, int first) {
    return buffers.from((long) (image.offset(part) + first) * Integer.BYTES);
  }

  DeviceBuffer part(Part part) {
    return part(part, 0);
  }

  /** Changes when the parts move. */
  int generation() {
    return image.generation();
  }

  /** Waits for steps that still use the memory. */
  @Override
  public void close() {
    buffers.close();
  }
}
