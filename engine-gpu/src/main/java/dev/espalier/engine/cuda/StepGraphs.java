package dev.espalier.engine.cuda;

import static dev.espalier.engine.cuda.CudaCalls.check;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUstream;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.JCudaDriver;

/**
 * Captured steps. Whatever of the host is baked into the launches of a step is in its key; all else
 * they read from device memory.
 */
final class StepGraphs implements AutoCloseable {

  /**
   * @param rows of the launches
   * @param many whether attention for many queries runs
   * @param merges whether partial attention is merged
   * @param generation of the buffers that the launches name
   * @param omitted what a measurement leaves out
   */
  record Key(
      int rows, boolean many, boolean merges, int generation, Set<CudaOperations.Part> omitted) {}

  private final CUstream stream;
  private final Map<Key, CUgraphExec> graphs = new LinkedHashMap<>();
  private int generation = -1;
  private Key capturing;

  StepGraphs(CUstream stream) {
    this.stream = stream;
  }

  /** Whether there is a graph for {@code key}. */
  boolean contains(Key key) {
    if (key.generation() != generation) {
      close();
      generation = key.generation();
    }
    return graphs.containsKey(key);
  }

  /** From here to {@link #endCapture}, launches are recorded, not run. */
  void beginCapture(Key key) {
    capturing = key;
    check(
        JCudaDriver.cuStreamBeginCapture(
            stream, CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL),
        "cuStreamBeginCapture");
  }

  void endCapture() {
    CUgraph graph = new CUgraph();
    check(JCudaDriver.cuStreamEndCapture(stream, graph), "cuStreamEndCapture");
    CUgraphExec executable = new CUgraphExec();
    check(
        JCudaDriver.cuGraphInstantiate(executable, graph, 0),
        "cuGraphInstantiate for " + capturing);
    check(JCudaDriver.cuGraphDestroy(graph), "cuGraphDestroy");
    graphs.put(capturing, executable);
    capturing = null;
  }

  /** Queues a captured step. */
  void launch(Key key) {
    check(JCudaDriver.cuGraphLaunch(graphs.get(key), stream), "cuGraphLaunch for " + key);
  }

  @Override
  public void close() {
    for (CUgraphExec graph : graphs.values()) {
      check(JCudaDriver.cuGraphExecDestroy(graph), "cuGraphExecDestroy");
    }
    graphs.clear();
  }
}
