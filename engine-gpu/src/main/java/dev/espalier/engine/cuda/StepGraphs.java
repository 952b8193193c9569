package dev.espalier.engine.cuda;

import static dev.espalier.engine.cuda.CudaCalls.check;

import java.util.LinkedHashMap;
import java.util.Map;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUresult;
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
   */
  record Key(int rows, boolean many, boolean merges, int generation) {

    /** The key of a step of {@code rows} rows with the attention of {@code plan}. */
    static Key of(int rows, AttentionPlan plan, int generation) {
      return new Key(rows, !plan.many().isEmpty(), plan.merges(), generation);
    }
  }

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

  /** From here to {@link #endCapture} or {@link #abandon}, launches are recorded, not run. */
  void beginCapture(Key key) {
    check(
        JCudaDriver.cuStreamBeginCapture(
            stream, CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL),
        "cuStreamBeginCapture");
    capturing = key;
  }

  void endCapture() {
    CUgraph graph = new CUgraph();
    check(JCudaDriver.cuStreamEndCapture(stream, graph), "cuStreamEndCapture for " + capturing);
    Key key = capturing;
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
  void abandon() {
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
  void launch(Key key) {
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
