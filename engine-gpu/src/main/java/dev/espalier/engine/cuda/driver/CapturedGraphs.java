package dev.espalier.engine.cuda.driver;

import static dev.espalier.engine.cuda.driver.CudaCalls.check;

import java.util.LinkedHashMap;
import java.util.Map;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.JCudaDriver;

/**
 * Captured sequences of launches, by what they depend on.
 *
 * @param <K> the key: whatever of the host is baked into the launches
 */
public final class CapturedGraphs<K> implements AutoCloseable {

  private final CUstream stream;
  private final Map<K, CUgraphExec> graphs = new LinkedHashMap<>();
  private int generation = -1;
  private K capturing;

  public CapturedGraphs(CudaDevice device) {
    this.stream = device.stream();
  }

  /**
   * Whether there is a graph for {@code key}.
   *
   * @param current generation of the buffers that launches name; graphs of another one are dropped
   */
  public boolean contains(K key, int current) {
    if (current != generation) {
      close();
      generation = current;
    }
    return graphs.containsKey(key);
  }

  /** From here to {@link #endCapture} or {@link #abandon}, launches are recorded, not run. */
  public void beginCapture(K key) {
    check(
        JCudaDriver.cuStreamBeginCapture(
            stream, CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL),
        "cuStreamBeginCapture");
    capturing = key;
  }

  public void endCapture() {
    CUgraph graph = new CUgraph();
    check(JCudaDriver.cuStreamEndCapture(stream, graph), "cuStreamEndCapture for " + capturing);
    K key = capturing;
    capturing = null;
    CUgraphExec executable = new CUgraphExec();
    int instantiated = JCudaDriver.cuGraphInstantiate(executable, graph, 0);
    int destroyed = JCudaDriver.cuGraphDestroy(graph);
    check(instantiated, "cuGraphInstantiate for " + key);
    graphs.put(key, executable);
    check(destroyed, "cuGraphDestroy");
  }

  /**
   * Drops what a step that failed before {@link #endCapture} recorded, if one did: until then the
   * stream takes no other work.
   */
  public void abandon() {
    if (capturing != null) {
      capturing = null;
      CUgraph graph = new CUgraph();
      // Fails where the capture did, and then there is no graph; the stream is free either way.
      if (JCudaDriver.cuStreamEndCapture(stream, graph) == CUresult.CUDA_SUCCESS) {
        check(JCudaDriver.cuGraphDestroy(graph), "cuGraphDestroy");
      }
    }
  }

  /** Queues a captured step. */
  public void launch(K key) {
    check(JCudaDriver.cuGraphLaunch(graphs.get(key), stream), "cuGraphLaunch for " + key);
  }

  @Override
  public void close() {
    try (Resources old = new Resources()) {
      for (CUgraphExec graph : graphs.values()) {
        old.own(() -> check(JCudaDriver.cuGraphExecDestroy(graph), "cuGraphExecDestroy"));
      }
      graphs.clear();
    }
  }
}
