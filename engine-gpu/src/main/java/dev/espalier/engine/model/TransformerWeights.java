package dev.espalier.engine.model;

import java.util.ArrayList;
import java.util.List;

/**
 * The weights of a transformer on a device. Names are those that Hugging Face checkpoints of all
 * supported families share.
 *
 * @param embedding table {@code [vocabulary, hidden]}
 * @param head the output head, the same as {@code embedding} if tied
 */
record TransformerWeights(
    Operations.Matrix embedding,
    List<Layer> layers,
    Operations.Norm finalNorm,
    Operations.Matrix head) {

  /**
   * One layer; what its family does not have is null.
   *
   * @param qkv {@code [heads * headSize + 2 * keyValueHeads * headSize, hidden]}
   * @param output {@code [hidden, heads * headSize]}
   * @param gateUp gate and up, {@code [feedForward, hidden]} each
   * @param down {@code [hidden, feedForward]}
   */
  record Layer(
      Operations.Norm attentionNorm,
      Operations.Matrix qkv,
      Operations.Norm queryNorm,
      Operations.Norm keyNorm,
      Operations.Matrix output,
      Operations.Norm attentionPostNorm,
      Operations.Norm feedForwardNorm,
      Operations.Matrix gateUp,
      Operations.Matrix down,
      Operations.Norm feedForwardPostNorm) {}

  static TransformerWeights load(
      ModelConfig config, WeightSource source, WeightReceiver operations) {
    return new Loader(config, source, operations).load();
  }

  private record Loader(ModelConfig config, WeightSource source, WeightReceiver operations) {

    TransformerWeights load() {
      int vocabulary = config.vocabularySize();
      int hidden = config.hiddenSize();
      Operations.Matrix embedding =
          matrix(source.tensor("model.embed_tokens.weight", vocabulary, hidden));
      List<Layer> layers = new ArrayList<>();
      for (int i = 0; i < config.layers().size(); i++) {
        layers.add(layer("model.layers." + i + ".", config.layers().get(i)));
      }
      return new TransformerWeights(
          embedding,
          List.copyOf(layers),
          norm("model.norm", hidden),
          config.tiedEmbeddings()
              ? embedding
              : matrix(source.tensor("lm_head.weight", vocabulary, hidden)));
    }

    private Layer layer(String prefix, AttentionConfig attention) {
      ModelConfig.LayerParts parts = config.parts();
      int hidden = config.hiddenSize();
      int feedForward = config.feedForwardSize();
      int queries = attention.queryColumns();
      int keys = attention.keyColumns();
      String self = prefix + "self_attn.";
      String mlp = prefix + "mlp.";
      List<WeightTensor> qkv =
          List.of(
              source.tensor(self + "q_proj.weight", queries, hidden),
              source.tensor(self + "k_proj.weight", keys, hidden),
              source.tensor(self + "v_proj.weight", keys, hidden));
      List<WeightTensor> qkvBiases =
          parts.qkvBias()
              ? List.of(
                  source.tensor(self + "q_proj.bias", queries),
                  source.tensor(self + "k_proj.bias", keys),
                  source.tensor(self + "v_proj.bias", keys))
              : List.of();
      List<WeightTensor> gateUpBiases =
          parts.feedForwardBias()
              ? List.of(
                  source.tensor(mlp + "gate_proj.bias", feedForward),
                  source.tensor(mlp + "up_proj.bias", feedForward))
              : List.of();
      String beforeFeedForward =
          parts.postNorms() ? "pre_feedforward_layernorm" : "post_attention_layernorm";
      return new Layer(
          norm(prefix + "input_layernorm", hidden),
          operations.matrix(qkv, qkvBiases),
          parts.queryKeyNorms() ? norm(self + "q_norm", attention.headSize()) : null,
          parts.queryKeyNorms() ? norm(self + "k_norm", attention.headSize()) : null,
          biased(self + "o_proj", hidden, queries, parts.outputBias()),
          parts.postNorms() ? norm(prefix + "post_attention_layernorm", hidden) : null,
          norm(prefix + beforeFeedForward, hidden),
          operations.gatedMatrix(
              source.tensor(mlp + "gate_proj.weight", feedForward, hidden),
              source.tensor(mlp + "up_proj.weight", feedForward, hidden),
              gateUpBiases),
          biased(mlp + "down_proj", hidden, feedForward, parts.feedForwardBias()),
          parts.postNorms() ? norm(prefix + "post_feedforward_layernorm", hidden) : null);
    }

    private Operations.Matrix matrix(WeightTensor tensor) {
      return operations.matrix(List.of(tensor), List.of());
    }

    private Operations.Matrix biased(String name, int outputs, int inputs, boolean bias) {
      return operations.matrix(
          List.of(source.tensor(name + ".weight", outputs, inputs)),
          bias ? List.of(source.tensor(name + ".bias", outputs)) : List.of());
    }

    private Operations.Norm norm(String name, int length) {
      return operations.norm(
          source.tensor(name + ".weight", length), config.normEpsilon(), config.normOffset());
    }
  }
}
