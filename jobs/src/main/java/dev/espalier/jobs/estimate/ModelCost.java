package dev.espalier.jobs.estimate;

import dev.espalier.engine.Dtype;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.WeightFormat;
import dev.espalier.engine.model.ModelConfig;

/**
 * What a model costs under the options of an engine.
 *
 * @param parameters of its linear maps; a token takes two operations for each
 * @param weightBytes that a step reads
 * @param tokenBytes keys and values of a token in all layers
 * @param dtype what it is computed in
 */
public record ModelCost(long parameters, long weightBytes, long tokenBytes, Dtype dtype) {

  public static ModelCost of(ModelConfig model, EngineOptions options) {
    boolean cpu = options.device().isCpu();
    long parameters = model.parameters();
    if (!model.tiedEmbeddings()) {
      parameters -= (long) model.vocabularySize() * model.hiddenSize(); // a table, no map
    }
    int weightBytes = options.weights() == WeightFormat.INT8 ? 1 : 2;
    int valueBytes = cpu || options.computedIn() == Dtype.FLOAT32 ? Float.BYTES : 2;
    long tokenBytes =
        model.layers().stream().mapToLong(layer -> 2L * layer.keyColumns() * valueBytes).sum();
    return new ModelCost(parameters, parameters * weightBytes, tokenBytes, options.computedIn());
  }
}
