package dev.espalier.engine.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.engine.EngineException;
import dev.espalier.engine.model.AttentionConfig;
import dev.espalier.engine.model.GateFunction;
import dev.espalier.engine.model.ModelConfig;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every configuration of {@code golden/configs.json} reads as transformers reads it, or is refused
 * where transformers has no model of it either, or where what transformers computes is not
 * supported. {@code src/test/python/config_golden.py} made the file.
 */
class ConfigGoldenTest {
  private static final JsonNode GOLDEN = golden();

  /** What is refused although transformers opens it: the part of the message that names it. */
  private static final List<String> REFUSED =
      List.of(
          "hidden_act is gelu but supported are",
          "hidden_act is relu but supported are",
          "hidden_activation is gelu but supported are",
          "rope_type is dynamic but supported are",
          "rope_type is longrope but supported are",
          "partial_rotary_factor is not 1",
          "use_bidirectional_attention is set",
          "attn_logit_softcapping is set, but Gemma 3",
          "final_logit_softcapping is 0.0 but must be a positive number",
          "is_encoder_decoder is set",
          "full_attention is there, but this family has one rotation",
          "rope_scaling.type is ignored by transformers");

  /** What is read although transformers refuses it: numbers that it wants written with a point. */
  private static final Set<String> READ =
      Set.of(
          "{\"rms_norm_eps\":1}", "{\"attn_logit_softcapping\":5,\"final_logit_softcapping\":7}");

  static Stream<JsonNode> cases() {
    return Stream.iterate(0, i -> i < GOLDEN.get("cases").size(), i -> i + 1)
        .map(GOLDEN.get("cases")::get);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void readsAsTransformersOrIsRefused(JsonNode golden) {
    ReadConfig read;
    try {
      read = ModelFamilies.read("config.json", config(golden).toString());
    } catch (EngineException e) {
      assertThat(golden.has("error") || REFUSED.stream().anyMatch(e.getMessage()::contains))
          .as("%s is refused, but transformers reads %s", e.getMessage(), golden)
          .isTrue();
      return;
    }
    if (golden.has("error")) {
      assertThat(READ)
          .as("transformers refuses %s", golden)
          .contains(golden.get("given").toString());
    } else {
      compare(golden.get("read"), read);
    }
  }

  @Test
  void everyRefusalIsOfACase() {
    Set<String> met = new TreeSet<>();
    cases()
        .filter(golden -> golden.has("read"))
        .forEach(
            golden -> {
              try {
                ModelFamilies.read("config.json", config(golden).toString());
              } catch (EngineException e) {
                REFUSED.stream().filter(e.getMessage()::contains).forEach(met::add);
              }
            });
    assertThat(met).containsExactlyInAnyOrderElementsOf(REFUSED);
    assertThat(GOLDEN.get("cases")).hasSizeGreaterThan(800);
  }

  private static void compare(JsonNode golden, ReadConfig read) {
    ModelConfig model = read.model();
    assertThat(model.vocabularySize()).isEqualTo(golden.get("vocabularySize").intValue());
    assertThat(model.hiddenSize()).isEqualTo(golden.get("hiddenSize").intValue());
    assertThat(model.feedForwardSize()).isEqualTo(golden.get("feedForwardSize").intValue());
    assertThat(model.contextLength()).isEqualTo(golden.get("contextLength").intValue());
    assertThat(model.normEpsilon()).isEqualTo((float) golden.get("epsilon").doubleValue());
    assertThat(model.gateFunction()).isEqualTo(gate(golden.get("gate").textValue()));
    assertThat(model.logitSoftCap()).isEqualTo((float) golden.get("logitSoftCap").asDouble());
    assertThat(model.tiedEmbeddings()).isEqualTo(golden.get("tied").booleanValue());
    assertThat(model.parts().qkvBias()).isEqualTo(golden.get("qkvBias").booleanValue());
    assertThat(model.parts().outputBias()).isEqualTo(golden.get("outputBias").booleanValue());
    assertThat(model.parts().feedForwardBias())
        .isEqualTo(golden.get("feedForwardBias").booleanValue());
    assertThat(read.endTokens()).isEqualTo(ints(golden.get("endTokens")));
    int count = golden.path("layerCount").asInt(golden.get("layers").size());
    assertThat(model.layers()).hasSize(count);
    for (int i = 0; i < count; i++) {
      compare(golden.get("layers").get(golden.has("layerCount") ? 0 : i), model.layers().get(i));
    }
  }

  private static void compare(JsonNode golden, AttentionConfig layer) {
    assertThat(layer.heads()).isEqualTo(golden.get("heads").intValue());
    assertThat(layer.keyValueHeads()).isEqualTo(golden.get("keyValueHeads").intValue());
    assertThat(layer.headSize()).isEqualTo(golden.get("headSize").intValue());
    assertThat(layer.scale()).isEqualTo((float) golden.get("scale").doubleValue());
    assertThat(layer.softCap()).isEqualTo((float) golden.get("softCap").asDouble());
    assertThat(layer.window()).isEqualTo(golden.get("window").intValue());
    JsonNode rope = GOLDEN.get("ropes").get(golden.get("rope").intValue());
    float[] frequencies = layer.rope().inverseFrequencies();
    assertThat(frequencies).hasSize(rope.get("frequencies").size());
    for (int i = 0; i < frequencies.length; i++) {
      double expected = rope.get("frequencies").get(i).doubleValue();
      assertThat((double) frequencies[i]).isCloseTo(expected, within(2e-6 * expected));
    }
    assertThat((double) layer.rope().magnitude())
        .isCloseTo(rope.get("magnitude").doubleValue(), within(1e-6));
  }

  private static GateFunction gate(String module) {
    Predicate<String> is = module::startsWith;
    return is.test("SiLU")
        ? GateFunction.SILU
        : is.test("GELUTanh") || is.test("NewGELU") ? GateFunction.GELU_TANH : null;
  }

  private static List<Integer> ints(JsonNode array) {
    return Stream.iterate(0, i -> i < array.size(), i -> i + 1)
        .map(i -> array.get(i).intValue())
        .toList();
  }

  private static ObjectNode config(JsonNode golden) {
    ObjectNode config = GOLDEN.get("bases").get(golden.get("family").textValue()).deepCopy();
    golden.get("absent").forEach(key -> config.remove(key.textValue()));
    config.setAll((ObjectNode) golden.get("given"));
    return config;
  }

  private static JsonNode golden() {
    try (InputStream in = ConfigGoldenTest.class.getResourceAsStream("/golden/configs.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
