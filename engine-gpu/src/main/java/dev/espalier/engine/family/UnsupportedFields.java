package dev.espalier.engine.family;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;

/**
 * Fields of config.json by which other families compute something else: mixtures of experts,
 * parallel residuals, multipliers and the like. A file that sets one of them is of a model that is
 * not supported, whatever its architecture is called.
 */
final class UnsupportedFields {

  /** A field, what of it changes nothing besides null, and what it stands for. */
  private record Field(String name, Set<String> neutral, String meaning) {}

  private static final Set<String> OFF = Set.of("false", "0");
  private static final Set<String> ONE = Set.of("1", "1.0");
  private static final Set<String> NEVER = Set.of();

  private static final List<Field> FIELDS =
      List.of(
          new Field(
              "quantization_config",
              NEVER,
              "quantised weights; only bfloat16, float16 and float32 weights are supported"),
          new Field("compression_config", NEVER, "quantised weights"),
          new Field("is_encoder_decoder", OFF, "an encoder"),
          new Field("add_cross_attention", OFF, "attention to an encoder"),
          new Field("use_parallel_residual", OFF, "a parallel residual"),
          new Field("parallel_attn", OFF, "a parallel residual"),
          new Field("attention_multiplier", ONE, "another scale of attention"),
          new Field("embedding_multiplier", ONE, "scaled embeddings"),
          new Field("residual_multiplier", ONE, "a scaled residual"),
          new Field("logits_scaling", ONE, "scaled logits"),
          new Field("logit_scale", ONE, "scaled logits"),
          new Field("scale_emb", ONE, "scaled embeddings"),
          new Field("scale_depth", NEVER, "a scaled residual"),
          new Field("dim_model_base", NEVER, "scaled logits"),
          new Field("clip_qkv", NEVER, "clipped queries, keys and values"),
          new Field("alibi", OFF, "positions by bias"),
          new Field("use_alibi", OFF, "positions by bias"),
          new Field("rotary_pct", ONE, "a partial rotation"),
          new Field("no_rope_layers", NEVER, "layers without rotation"),
          new Field("no_rope_layer_interval", NEVER, "layers without rotation"),
          new Field("attention_chunk_size", NEVER, "attention in chunks"),
          new Field("num_local_experts", Set.of("0", "1"), "a mixture of experts"),
          new Field("num_experts", Set.of("0", "1"), "a mixture of experts"),
          new Field("n_routed_experts", Set.of("0"), "a mixture of experts"),
          new Field("moe_intermediate_size", Set.of("0"), "a mixture of experts"),
          new Field("kv_lora_rank", NEVER, "latent attention"),
          new Field("block_configs", NEVER, "layers of different make"),
          new Field("per_layer_config", Set.of("{}"), "layers of different make"),
          new Field("mamba_d_state", NEVER, "layers of another kind"),
          new Field("ssm_cfg", NEVER, "layers of another kind"),
          new Field("vision_config", NEVER, "images"),
          new Field("audio_config", NEVER, "audio"));

  /** Notes each of them that is set. */
  static void refuse(ConfigReader config) {
    for (Field field : FIELDS) {
      JsonNode value = config.value(field.name);
      if (!value.isMissingNode() && !value.isNull() && !field.neutral.contains(value.toString())) {
        config.problem(
            field.name, "is set, which means " + field.meaning + ", and that is not supported");
      }
    }
  }

  private UnsupportedFields() {}
}
