package dev.espalier.jobs;

import dev.espalier.pipeline.KeyPartitioner;
import java.util.Arrays;
import org.apache.flink.util.MathUtils;

/**
 * The subtask to which Flink sends a key in a batch job of Beam: {@code OutputEmitter} takes the
 * hash that Beam's {@code EncodedValueComparator} makes of the key's bytes.
 *
 * @param workers subtasks of the step, the parallelism of the job
 */
record FlinkPartitioner(int workers) implements KeyPartitioner {
  @Override
  public int workerOf(byte[] key) {
    return MathUtils.murmurHash(Arrays.hashCode(key)) % workers;
  }
}
