package dev.espalier.engine.cuda;

import dev.espalier.engine.cuda.driver.CudaDevice;
import dev.espalier.engine.cuda.driver.DeviceBuffer;
import dev.espalier.engine.cuda.driver.UploadBuffers;
import dev.espalier.engine.forward.BatchLayout;
import dev.espalier.engine.forward.ForwardBatch;
import java.nio.ByteBuffer;

/** The {@link SampleRequests} of a step, on their way to the device. */
final class SampleUpload implements AutoCloseable {
  private final SampleRequests requests;
  private int requestCapacity;
  private int listCapacity = 1 << 20;
  private final UploadBuffers buffers = new UploadBuffers("what is asked of logits");

  SampleUpload(int vocabularySize, int requestCapacity) {
    this.requests = new SampleRequests(vocabularySize);
    this.requestCapacity = requestCapacity;
    allocate();
  }

  private void allocate() {
    buffers.allocate(Math.toIntExact(listsAt() + (long) listCapacity * Integer.BYTES));
  }

  /** Writes down what the outputs of {@code step} ask. */
  void fill(BatchLayout step) {
    int lists = requests.listInts(step);
    if (step.outputs() > requestCapacity || lists > listCapacity || buffers.bytes() == 0) {
      requestCapacity = Math.max(requestCapacity, step.outputs());
      listCapacity = Math.max(listCapacity, Math.multiplyExact(2, lists));
      allocate();
    }
    ByteBuffer content = buffers.next();
    int listBytes = content.capacity() - listsAt();
    requests.write(step, content, content.slice(listsAt(), listBytes).order(content.order()));
  }

  private int listsAt() {
    return requestCapacity * SampleRequests.BYTES;
  }

  /** Alternatives that one output gets. */
  int alternatives(ForwardBatch.Output output) {
    return requests.alternatives(output);
  }

  /** Alternatives that all outputs together ask for. */
  int alternatives() {
    return requests.alternatives();
  }

  /** Queues the copy of what {@link #fill} wrote. */
  void upload(CudaDevice device) {
    int bytes =
        requests.listed() == 0
            ? requests.requests() * SampleRequests.BYTES
            : listsAt() + requests.listed() * Integer.BYTES;
    buffers.upload(bytes, device);
  }

  /** Requests from number {@code first} on. */
  DeviceBuffer requests(int first) {
    return buffers.from((long) first * SampleRequests.BYTES);
  }

  DeviceBuffer lists() {
    return buffers.from(listsAt());
  }

  /** Waits for steps that still use the memory. */
  @Override
  public void close() {
    buffers.close();
  }
}
