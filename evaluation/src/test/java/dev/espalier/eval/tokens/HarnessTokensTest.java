package dev.espalier.eval.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.GenerationRequest;
import dev.espalier.engine.ScoreRequest;
import dev.espalier.engine.ScoreResult;
import dev.espalier.engine.TokenSequence;
import dev.espalier.engine.open.Engines;
import dev.espalier.engine.open.ModelDirectory;
import dev.espalier.engine.text.HuggingFaceTokenizer;
import dev.espalier.eval.Request;
import dev.espalier.eval.Response;
import dev.espalier.eval.TaskDocument;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens and answers against what {@code infra/oracle/tokens.py} wrote down of the harness. */
class HarnessTokensTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int CONTEXT = 2048;

  @TempDir Path directory;

  @Test
  void tokensAreThoseOfTheHarness() throws Exception {
    check(golden().path("plain"), plain());
  }

  @Test
  void tokensAreThoseOfTheHarnessWhereTextsGetABeginning() throws Exception {
    check(golden().path("bos"), withBos());
  }

  @Test
  void answersAreThoseOfTheHarness() throws Exception {
    JsonNode golden = golden().path("plain");
    ModelText model = plain();
    try (Engine engine = Engines.open("builtin:nano", EngineOptions.defaults())) {
      for (JsonNode one : golden.path("pairs")) {
        Response.Loglikelihood response = (Response.Loglikelihood) answer(pair(one), model, engine);
        assertThat(response.sum())
            .as(one.path("context").asText())
            .isCloseTo(one.path("sum").asDouble(), within(1e-4 * one.path("scored").size()));
        assertThat(response.greedy()).isEqualTo(one.path("greedy").asBoolean());
      }
      for (JsonNode one : golden.path("windows")) {
        int tokens = 0;
        for (JsonNode window : one.path("windows")) {
          tokens += window.path(1).size();
        }
        if (one.has("sum") && tokens <= 2 * CONTEXT + 2) { // the longest takes 10 seconds
          Response.RollingLoglikelihood response =
              (Response.RollingLoglikelihood)
                  answer(
                      new Request.RollingLoglikelihood(one.path("text").asText()), model, engine);
          assertThat(response.sum()).isCloseTo(one.path("sum").asDouble(), within(1e-4 * tokens));
        }
      }
      for (JsonNode one : golden.path("generations")) {
        if (one.has("answer")) {
          assertThat(answer(generation(one), model, engine))
              .isEqualTo(new Response.Text(one.path("answer").asText()));
        }
      }
    }
  }

  @Test
  void aContinuationWithoutTokensIsCertainBesideOneThatHasOne() throws Exception {
    ModelText model = plain();
    // "a U.." has as many tokens as "a U.".
    TaskDocument beside = document("a U.", ".", "s", "北");
    EncodedDocument encoded = new RequestEncoder(model, 0, 2, "").encode(beside);
    TokenRequest.Score score = (TokenRequest.Score) encoded.requests().get(0);
    assertThat(score.continuations()).hasSize(2).allMatch(tokens -> tokens.length() > 0);
    List<List<Response>> responses =
        encoded.responses(
            Map.of(score.key(), new TokenAnswer.Scores(List.of(-1.0, -2.0), List.of(true, false))),
            2);
    assertThat(responses.get(0))
        .containsExactly(new Response.Loglikelihood(0, true), new Response.Loglikelihood(0, true));
    assertThat(responses.get(1).get(0)).isEqualTo(new Response.Loglikelihood(-1, true));
    assertThat(responses.get(2).get(0)).isEqualTo(new Response.Loglikelihood(-2, false));
    assertThatThrownBy(
            () -> new RequestEncoder(model, 0, 1, "").encode(document("a U.", " it was", ".")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("document 7, request 2: the continuation has no tokens of its own");
  }

  private static TaskDocument document(String context, String... continuations) {
    List<Request> requests = new ArrayList<>();
    for (String continuation : continuations) {
      requests.add(new Request.Loglikelihood(context, continuation));
    }
    return new TaskDocument(7, Map.of(), "", "", List.of(), requests);
  }

  private static Response answer(Request request, ModelText model, Engine engine) throws Exception {
    EncodedDocument encoded = encode(request, model);
    Map<String, TokenAnswer> answers = new HashMap<>();
    for (TokenRequest one : encoded.requests()) {
      if (one instanceof TokenRequest.Score score) {
        ScoreResult result =
            engine.score(new ScoreRequest(score.prompt(), score.continuations(), 0)).get();
        answers.put(
            one.key(),
            new TokenAnswer.Scores(
                result.continuations().stream().map(ScoreResult.Continuation::logprob).toList(),
                result.continuations().stream().map(ScoreResult.Continuation::greedy).toList()));
      } else if (one instanceof TokenRequest.Generate text) {
        TokenSequence tokens =
            engine
                .generate(GenerationRequest.of(text.prompt(), text.sampling()))
                .get()
                .first()
                .tokens();
        answers.put(
            one.key(),
            new TokenAnswer.Texts(
                List.of(text.text(tokens, model.tokenizer())), List.of((long) tokens.length())));
      }
    }
    return encoded.responses(answers, 1).get(0).get(0);
  }

  private static void check(JsonNode golden, ModelText model) {
    for (JsonNode one : golden.path("pairs")) {
      EncodedDocument encoded = encode(pair(one), model);
      TokenRequest.Score score = (TokenRequest.Score) encoded.requests().get(0);
      assertThat(score.prompt())
          .as(one.path("context").asText())
          .isEqualTo(tokens(one.path("prefix")));
      assertThat(score.continuations()).containsExactly(tokens(one.path("scored")));
    }
    for (JsonNode one : golden.path("windows")) {
      EncodedDocument encoded =
          encode(new Request.RollingLoglikelihood(one.path("text").asText()), model);
      List<TokenSequence> expected = new ArrayList<>();
      for (JsonNode window : one.path("windows")) {
        expected.add(tokens(window.path(0)));
        expected.add(tokens(window.path(1)));
      }
      assertThat(windows(encoded)).isEqualTo(expected);
    }
    for (JsonNode one : golden.path("generations")) {
      EncodedDocument encoded = encode(generation(one), model);
      TokenRequest.Generate text = (TokenRequest.Generate) encoded.requests().get(0);
      EncodedDocument.Generated asked = (EncodedDocument.Generated) encoded.asked().get(0);
      List<String> until = new ArrayList<>();
      one.path("until").forEach(stop -> until.add(stop.asText()));
      assertThat(text.prompt()).isEqualTo(tokens(one.path("tokens")));
      assertThat(asked.stops()).isEqualTo(until);
      assertThat(text.sampling().maxTokens()).isEqualTo(one.path("most").asInt());
      assertThat(text.sampling().temperature()).isEqualTo(one.path("temperature").asDouble());
    }
  }

  private static List<TokenSequence> windows(EncodedDocument encoded) {
    List<TokenSequence> all = new ArrayList<>();
    for (EncodedDocument.Scored window :
        ((EncodedDocument.Rolled) encoded.asked().get(0)).windows()) {
      TokenRequest.Score score = (TokenRequest.Score) encoded.requests().get(window.request());
      all.add(score.prompt());
      all.add(score.continuations().get(window.continuation()));
    }
    return all;
  }

  private static EncodedDocument encode(Request request, ModelText model) {
    return new RequestEncoder(model, 0, 1, "")
        .encode(new TaskDocument(0, Map.of(), "", "", List.of(), List.of(request)));
  }

  private static Request pair(JsonNode one) {
    return new Request.Loglikelihood(
        one.path("context").asText(), one.path("continuation").asText());
  }

  private static Request generation(JsonNode one) {
    Map<String, Object> arguments = new LinkedHashMap<>();
    one.path("arguments")
        .fields()
        .forEachRemaining(
            field ->
                arguments.put(field.getKey(), JSON.convertValue(field.getValue(), Object.class)));
    return new Request.GenerateUntil(one.path("context").asText(), arguments);
  }

  private static TokenSequence tokens(JsonNode tokens) {
    return TokenSequence.of(
        IntStream.range(0, tokens.size()).map(i -> tokens.path(i).asInt()).toArray());
  }

  private static ModelText plain() throws IOException {
    return of(ModelDirectory.resolve("builtin:nano").path());
  }

  private static ModelText of(Path model) throws IOException {
    return ModelText.of(HuggingFaceTokenizer.load(model), model, CONTEXT);
  }

  /** As the script makes it. */
  private ModelText withBos() throws IOException {
    Path nano = ModelDirectory.resolve("builtin:nano").path();
    for (String file : List.of("tokenizer_config.json", "generation_config.json")) {
      Files.copy(nano.resolve(file), directory.resolve(file));
    }
    ObjectNode tokenizer =
        (ObjectNode) JSON.readTree(Files.readAllBytes(nano.resolve("tokenizer.json")));
    tokenizer.set(
        "post_processor",
        JSON.readTree(
            """
            {"type": "TemplateProcessing",
             "single": [{"SpecialToken": {"id": "<|endoftext|>", "type_id": 0}},
                        {"Sequence": {"id": "A", "type_id": 0}}],
             "pair": [{"Sequence": {"id": "A", "type_id": 0}},
                      {"Sequence": {"id": "B", "type_id": 1}}],
             "special_tokens": {"<|endoftext|>":
                {"id": "<|endoftext|>", "ids": [0], "tokens": ["<|endoftext|>"]}}}
            """));
    Files.write(directory.resolve("tokenizer.json"), JSON.writeValueAsBytes(tokenizer));
    return of(directory);
  }

  private static JsonNode golden() throws IOException {
    try (InputStream in = HarnessTokensTest.class.getResourceAsStream("harness.json")) {
      return JSON.readTree(in);
    }
  }
}
