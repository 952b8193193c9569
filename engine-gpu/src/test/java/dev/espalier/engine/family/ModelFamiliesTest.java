package dev.espalier.engine.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.model.AttentionConfig;
import dev.espalier.engine.model.ModelConfig;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Configurations as they are published, and what is refused. */
class ModelFamiliesTest {

  private static final String LLAMA_3_1 =
      """
      {"architectures": ["LlamaForCausalLM"], "hidden_size": 4096, "intermediate_size": 14336,
       "num_attention_heads": 32, "num_key_value_heads": 8, "num_hidden_layers": 32,
       "vocab_size": 128256, "max_position_embeddings": 131072, "rms_norm_eps": 1e-05,
       "rope_theta": 500000.0, "hidden_act": "silu", "tie_word_embeddings": false,
       "rope_scaling": {"factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
        "original_max_position_embeddings": 8192, "rope_type": "llama3"}}
      """;

  private static final String GEMMA_3_1B =
      """
      {"architectures": ["Gemma3ForCausalLM"], "attention_bias": false, "head_dim": 256,
       "attn_logit_softcapping": null, "final_logit_softcapping": null,
       "hidden_activation": "gelu_pytorch_tanh", "hidden_size": 1152, "intermediate_size": 6912,
       "max_position_embeddings": 32768, "num_attention_heads": 4, "num_hidden_layers": 26,
       "num_key_value_heads": 1, "query_pre_attn_scalar": 256, "rms_norm_eps": 1e-06,
       "rope_local_base_freq": 10000, "rope_scaling": null, "rope_theta": 1000000,
       "sliding_window": 512, "sliding_window_pattern": 6, "vocab_size": 262144}
      """;

  private static final String GEMMA_2_2B =
      """
      {"architectures": ["Gemma2ForCausalLM"], "head_dim": 256, "attn_logit_softcapping": 50.0,
       "final_logit_softcapping": 30.0, "hidden_activation": "gelu_pytorch_tanh",
       "hidden_size": 2304, "intermediate_size": 9216, "max_position_embeddings": 8192,
       "num_attention_heads": 8, "num_hidden_layers": 26, "num_key_value_heads": 4,
       "query_pre_attn_scalar": 256, "rms_norm_eps": 1e-06, "rope_theta": 10000.0,
       "sliding_window": 4096, "vocab_size": 256000}
      """;

  private static final String QWEN_2_5 =
      """
      {"architectures": ["Qwen2ForCausalLM"], "hidden_size": 896, "intermediate_size": 4864,
       "num_attention_heads": 14, "num_key_value_heads": 2, "num_hidden_layers": 24,
       "vocab_size": 151936, "max_position_embeddings": 32768, "max_window_layers": 21,
       "rms_norm_eps": 1e-06, "rope_theta": 1000000.0, "sliding_window": 32768,
       "tie_word_embeddings": true, "use_sliding_window": false}
      """;

  @Test
  void llama31() {
    ModelConfig config = read(LLAMA_3_1);
    assertThat(config.layers()).hasSize(32);
    AttentionConfig attention = config.layers().get(0);
    assertThat(attention.headSize()).isEqualTo(128);
    assertThat(attention.window()).isZero();
    assertThat(config.tiedEmbeddings()).isFalse();
    assertThat(config.parameters()).isEqualTo(8_029_995_008L);
    float[] frequencies = attention.rope().inverseFrequencies();
    // Short wavelengths are kept, long ones divided by the factor.
    assertThat(frequencies[0]).isEqualTo(1);
    assertThat(frequencies[63]).isEqualTo((float) (1 / Math.pow(500_000, 126 / 128.0)) / 8);
  }

  @Test
  void gemma3HasFiveSlidingLayersToAFullOne() {
    ModelConfig config = read(GEMMA_3_1B);
    assertThat(config.layers().get(4).window()).isEqualTo(512);
    assertThat(config.layers().get(5).window()).isZero();
    assertThat(config.layers().get(5).rope()).isNotEqualTo(config.layers().get(4).rope());
    assertThat(config.layers().get(11).window()).isZero();
    assertThat(config.logitSoftCap()).isZero();
    assertThat(config.tiedEmbeddings()).isTrue();
    assertThat(config.normOffset()).isEqualTo(1);
    assertThat(config.layers().get(0).scale()).isEqualTo(1 / 16f);
    assertThat(config.parts().queryKeyNorms()).isTrue();
  }

  @Test
  void gemma2AlternatesAndCaps() {
    ModelConfig config = read(GEMMA_2_2B);
    assertThat(config.layers().get(0).window()).isEqualTo(4096);
    assertThat(config.layers().get(1).window()).isZero();
    assertThat(config.layers().get(1).softCap()).isEqualTo(50);
    assertThat(config.logitSoftCap()).isEqualTo(30);
    assertThat(config.embeddingScale()).isEqualTo(48);
    assertThat(config.parts().queryKeyNorms()).isFalse();
    assertThat(read(GEMMA_2_2B.replace("30.0", "null")).logitSoftCap()).isZero();
  }

  @Test
  void qwen25HasBiasesAndNoWindowUnlessItIsSwitchedOn() {
    ModelConfig config = read(QWEN_2_5);
    assertThat(config.parts().qkvBias()).isTrue();
    assertThat(config.parts().outputBias()).isFalse();
    assertThat(config.layers()).allMatch(layer -> layer.window() == 0);
    ModelConfig windows =
        read(QWEN_2_5.replace("\"use_sliding_window\": false", "\"use_sliding_window\": true"));
    assertThat(windows.layers().get(20).window()).isZero();
    assertThat(windows.layers().get(21).window()).isEqualTo(32768);
  }

  @Test
  void unknownArchitectureIsRefusedWithTheListOfKnownOnes() {
    assertThatThrownBy(() -> read(LLAMA_3_1.replace("LlamaFor", "FalconFor")))
        .isInstanceOf(EngineException.class)
        .hasMessage(
            "config.json: architectures is [FalconForCausalLM] but supported are"
                + " Gemma2ForCausalLM, Gemma3ForCausalLM, LlamaForCausalLM, MistralForCausalLM,"
                + " Qwen2ForCausalLM, Qwen3ForCausalLM (line 1, column 2)");
    assertThatThrownBy(() -> read("{}")).hasMessageContaining("architectures is missing");
    assertThatThrownBy(() -> read("[]")).hasMessageContaining("is no JSON object");
  }

  @Test
  void unknownRopeScalingIsRefused() {
    assertThatThrownBy(() -> read(LLAMA_3_1.replace("llama3", "longrope")))
        .hasMessage(
            "config.json: rope_scaling.rope_type is longrope but supported are default, linear,"
                + " llama3 and yarn (line 6, column 45)");
    assertThatThrownBy(() -> read(LLAMA_3_1.replace("\"factor\": 8.0,", "")))
        .hasMessageContaining("factor is missing");
  }

  @Test
  void sizesBeyondEveryModelAreRefusedBeforeTheyAreAllocated() {
    assertThatThrownBy(() -> read(with("num_hidden_layers", "1000000000")))
        .hasMessage(
            "config.json: num_hidden_layers is 1000000000 but must be from 1 to 1024 (line 7,"
                + " column 2)");
    for (String field :
        List.of(
            "vocab_size",
            "hidden_size",
            "intermediate_size",
            "num_hidden_layers",
            "num_attention_heads",
            "num_key_value_heads",
            "head_dim",
            "max_position_embeddings")) {
      for (String size : List.of("2147483647", "1000000000", "99999999999999999999", "0", "-1")) {
        assertThatThrownBy(() -> read(with(field, size)))
            .as("%s of %s", field, size)
            .hasMessageContaining(field + " is ")
            .hasMessageContaining("line 7, column 2")
            .hasMessageNotContaining("Exception");
      }
    }
  }

  @Test
  void fieldsThatOtherFamiliesComputeWithAreRefusedByName() {
    for (String field :
        List.of(
            "\"attention_multiplier\": 0.5",
            "\"use_parallel_residual\": true",
            "\"num_local_experts\": 8",
            "\"quantization_config\": {\"quant_method\": \"awq\"}",
            "\"logit_scale\": 0.0625",
            "\"kv_lora_rank\": 512",
            "\"per_layer_config\": {\"1\": {\"num_key_value_heads\": 1}}",
            "\"model_type\": \"granite\"",
            "\"partial_rotary_factor\": 0.5")) {
      String name = field.substring(1, field.indexOf('"', 1));
      String value = field.substring(field.indexOf(' ') + 1);
      assertThatThrownBy(() -> read(with(name, value)))
          .hasMessageContaining(name + " is ")
          .hasMessageContaining("(line 7, column 2)");
    }
    assertThat(read(with("attention_multiplier", "1.0"))).isEqualTo(read(LLAMA_3_1));
    assertThat(read(with("quantization_config", "null"))).isEqualTo(read(LLAMA_3_1));
    assertThat(read(with("num_local_experts", "0"))).isEqualTo(read(LLAMA_3_1));
  }

  /** LLAMA_3_1 with a field on a line of its own at the end, in place of the one it has. */
  private static String with(String field, String value) {
    String rest = LLAMA_3_1.replaceAll("\"" + field + "\": [^,]*,", "");
    return rest.strip().replaceAll("}$", ",\n \"" + field + "\": " + value + "}");
  }

  @Test
  void allProblemsAreReportedTogether() {
    String broken =
        LLAMA_3_1
            .replace("\"num_key_value_heads\": 8", "\"num_key_value_heads\": 5")
            .replace("\"hidden_act\": \"silu\"", "\"hidden_act\": \"relu\"")
            .replace("\"vocab_size\": 128256", "\"vocab_size\": -3")
            .replace("\"intermediate_size\": 14336", "\"intermediate_size\": 1e9")
            .replace("llama3", "su")
            .replace("\"tie_word_embeddings\": false", "\"tie_word_embeddings\": \"no\"")
            .replace("{\"architectures\"", "{\"quantization_config\": {}, \"architectures\"");
    assertThatThrownBy(() -> read(broken))
        .hasMessageContaining("num_attention_heads is 32 but must be a multiple of")
        .hasMessageContaining("hidden_act is relu but supported are silu and gelu_pytorch_tanh")
        .hasMessageContaining("vocab_size is -3 but must be a positive integer (line 3, column 2)")
        .hasMessageContaining("intermediate_size is 1.0E9 but must be a positive integer")
        .hasMessageContaining("rope_type is su")
        .hasMessageContaining("tie_word_embeddings is \"no\" but must be true or false")
        .hasMessageContaining("quantization_config is set");
  }

  private static ModelConfig read(String json) {
    return ModelFamilies.model("config.json", json);
  }
}
