package dev.espalier.engine.cuda;

import dev.espalier.engine.model.StepBatch;
import dev.espalier.engine.model.StepLayout;
import java.nio.ByteBuffer;
import jcuda.driver.CUstream;

/**
 * The {@link SampleRequests} of a step, on their way to the device. As {@link StepUpload}, once
 * there and twice on the host.
 */
final class SampleUpload implements AutoCloseable {
  private final SampleRequests requests;
  private int requestCapacity;
  private int listCapacity = 1 << 20;
  private final HostBuffer[] hosts = new HostBuffer[2];
  private int turn;
  private DeviceBuffer device;

  SampleUpload(int vocabularySize, int requestCapacity) {
    this.requests = new SampleRequests(vocabularySize);
    this.requestCapacity = requestCapacity;
    allocate();
  }

  private void allocate() {
    close();
    long bytes = listsAt() + (long) listCapacity * Integer.BYTES;
    for (int i = 0; i < hosts.length; i++) {
      hosts[i] = new HostBuffer(Math.toIntExact(bytes), "what is asked of logits");
    }
    device = DeviceBuffer.allocate(bytes, "what is asked of logits");
  }

  /** Writes down what the outputs of {@code step} ask. */
  void fill(StepLayout step) {
    int lists = requests.listInts(step);
    if (step.outputs() > requestCapacity || lists > listCapacity) {
      requestCapacity = Math.max(requestCapacity, step.outputs());
      listCapacity = Math.max(listCapacity, 2 * lists);
      allocate();
    }
    turn = 1 - turn;
    ByteBuffer content = hosts[turn].content();
    int listBytes = content.capacity() - listsAt();
    requests.write(step, content, content.slice(listsAt(), listBytes).order(content.order()));
  }

  private int listsAt() {
    return requestCapacity * SampleRequests.BYTES;
  }

  /** Alternatives that one output gets. */
  int alternatives(StepBatch.Output output) {
    return requests.alternatives(output);
  }

  /** Alternatives that all outputs together ask for. */
  int alternatives() {
    return requests.alternatives();
  }

  /** Queues the copy of what {@link #fill} wrote. */
  void upload(CUstream stream) {
    int bytes =
        requests.listed() == 0
            ? requests.requests() * SampleRequests.BYTES
            : listsAt() + requests.listed() * Integer.BYTES;
    hosts[turn].upload(device, bytes, stream);
  }

  /** Requests from number {@code first} on. */
  DeviceBuffer requests(int first) {
    long from = (long) first * SampleRequests.BYTES;
    return device.slice(from, device.bytes() - from);
  }

  DeviceBuffer lists() {
    return device.slice(listsAt(), device.bytes() - listsAt());
  }

  /** Waits for steps that still use the memory. */
  @Override
  public void close() {
    if (device != null) {
      CudaDevice.synchronizeContext();
      for (HostBuffer host : hosts) {
        host.close();
      }
      device.close();
      device = null;
    }
  }
}
