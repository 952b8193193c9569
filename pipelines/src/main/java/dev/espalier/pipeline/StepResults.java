package dev.espalier.pipeline;

import dev.espalier.engine.FinishReason;
import dev.espalier.engine.GenerationRequest;
import dev.espalier.engine.GenerationResult;
import dev.espalier.engine.ScoreRequest;
import dev.espalier.engine.ScoreResult;
import dev.espalier.engine.TokenLogprob;
import dev.espalier.engine.TokenSequence;
import dev.espalier.prefix.TokenBlock;
import dev.espalier.row.Encoding;
import dev.espalier.row.StepRecord;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Results of the steps of one row: those that an earlier run had, and those that this one computed.
 * Thread-safe.
 */
final class StepResults {
  private final String identity; // empty: nothing is remembered
  private final Map<String, StepRecord> known = new HashMap<>();
  private final Map<String, StepRecord> computed = new ConcurrentHashMap<>();

  /**
   * @param identity see {@link StepMemory#identity}; empty if nothing is to be remembered
   * @param known from earlier runs
   */
  StepResults(String identity, List<StepRecord> known) {
    this.identity = identity;
    known.forEach(step -> this.known.put(step.key(), step));
  }

  boolean isKept() {
    return !identity.isEmpty();
  }

  String keyOf(GenerationRequest request) {
    return StepKey.of(identity, request);
  }

  String keyOf(ScoreRequest request) {
    return StepKey.of(identity, request);
  }

  /** What an earlier run generated; with no token found in a cache. */
  Optional<GenerationResult> generated(String key) {
    return find(key, StepResults::readGeneration);
  }

  /** What an earlier run scored; with no token found in a cache. */
  Optional<ScoreResult> scored(String key) {
    return find(key, StepResults::readScores);
  }

  private interface Reading<T> {
    T of(InputStream in) throws IOException;
  }

  /** A result that cannot be read is computed again. */
  private <T> Optional<T> find(String key, Reading<T> reading) {
    StepRecord step = known.get(key);
    if (step == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(reading.of(new ByteArrayInputStream(step.result())));
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  void add(String key, GenerationResult result) {
    int generated =
        result.samples().stream().mapToInt(GenerationResult.Sample::generatedTokens).sum();
    put(key, "gen", result.promptTokens(), generated, out -> writeGeneration(result, out));
  }

  void add(String key, ScoreResult result) {
    int scored = result.continuations().stream().mapToInt(one -> one.tokenLogprobs().size()).sum();
    put(key, "select", result.prefixTokens(), scored, out -> writeScores(result, out));
  }

  private interface Writing {
    void to(OutputStream out) throws IOException;
  }

  private void put(String key, String kind, int prompt, int output, Writing writing) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      writing.to(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    computed.put(key, new StepRecord(key, kind, prompt, output, bytes.toByteArray()));
  }

  /** What the engine gave, in the order of the keys. */
  List<StepRecord> computed() {
    return computed.values().stream().sorted(Comparator.comparing(StepRecord::key)).toList();
  }

  private static void writeGeneration(GenerationResult result, OutputStream out)
      throws IOException {
    Encoding.writeCount(result.promptTokens(), out);
    Encoding.writeCount(result.samples().size(), out);
    for (GenerationResult.Sample sample : result.samples()) {
      writeTokens(sample.tokens(), out);
      Encoding.writeText(sample.text(), out);
      Encoding.writeText(sample.finishReason().name(), out);
      writeLogprobs(sample.logprobs(), out);
      Encoding.writeNumber(sample.cumulativeLogprob(), out);
      Encoding.writeCount(sample.generatedTokens(), out);
      Encoding.writeFlag(sample.constraintMet(), out);
    }
    writeLogprobs(result.promptLogprobs(), out);
  }

  private static GenerationResult readGeneration(InputStream in) throws IOException {
    int promptTokens = Encoding.readCount(in);
    List<GenerationResult.Sample> samples = new ArrayList<>();
    for (int left = Encoding.readCount(in); left > 0; left--) {
      samples.add(
          new GenerationResult.Sample(
              readTokens(in),
              Encoding.readText(in),
              FinishReason.valueOf(Encoding.readText(in)),
              readLogprobs(in),
              Encoding.readNumber(in),
              Encoding.readCount(in),
              Encoding.readFlag(in)));
    }
    return new GenerationResult(samples, promptTokens, 0, readLogprobs(in));
  }

  private static void writeScores(ScoreResult result, OutputStream out) throws IOException {
    DataOutputStream data = new DataOutputStream(out);
    Encoding.writeCount(result.prefixTokens(), out);
    Encoding.writeCount(result.continuations().size(), out);
    for (ScoreResult.Continuation one : result.continuations()) {
      Encoding.writeFlag(one.greedy(), out);
      Encoding.writeCount(one.tokenLogprobs().size(), out);
      for (float logprob : one.tokenLogprobs()) {
        data.writeFloat(logprob);
      }
    }
  }

  private static ScoreResult readScores(InputStream in) throws IOException {
    DataInputStream data = new DataInputStream(in);
    int prefixTokens = Encoding.readCount(in);
    List<ScoreResult.Continuation> continuations = new ArrayList<>();
    for (int left = Encoding.readCount(in); left > 0; left--) {
      boolean greedy = Encoding.readFlag(in);
      List<Float> logprobs = new ArrayList<>();
      for (int tokens = Encoding.readCount(in); tokens > 0; tokens--) {
        logprobs.add(data.readFloat());
      }
      continuations.add(new ScoreResult.Continuation(logprobs, greedy));
    }
    return new ScoreResult(continuations, prefixTokens, 0);
  }

  private static void writeTokens(TokenSequence tokens, OutputStream out) throws IOException {
    Encoding.writeCount(tokens.length(), out);
    Encoding.writeBytes(TokenBlock.of(tokens, 0), out);
  }

  private static TokenSequence readTokens(InputStream in) throws IOException {
    int[] tokens = new int[Encoding.readCount(in)];
    TokenBlock.read(Encoding.readBytes(in), tokens, 0);
    return TokenSequence.of(tokens);
  }

  private static void writeLogprobs(List<TokenLogprob> logprobs, OutputStream out)
      throws IOException {
    DataOutputStream data = new DataOutputStream(out);
    Encoding.writeCount(logprobs.size(), out);
    for (TokenLogprob token : logprobs) {
      Encoding.writeCount(token.token(), out);
      data.writeFloat(token.logprob());
      Encoding.writeCount(token.alternatives().size(), out);
      for (TokenLogprob.Alternative other : token.alternatives()) {
        Encoding.writeCount(other.token(), out);
        data.writeFloat(other.logprob());
      }
    }
  }

  private static List<TokenLogprob> readLogprobs(InputStream in) throws IOException {
    DataInputStream data = new DataInputStream(in);
    List<TokenLogprob> logprobs = new ArrayList<>();
    for (int left = Encoding.readCount(in); left > 0; left--) {
      int token = Encoding.readCount(in);
      float logprob = data.readFloat();
      List<TokenLogprob.Alternative> others = new ArrayList<>();
      for (int more = Encoding.readCount(in); more > 0; more--) {
        others.add(new TokenLogprob.Alternative(Encoding.readCount(in), data.readFloat()));
      }
      logprobs.add(new TokenLogprob(token, logprob, others));
    }
    return logprobs;
  }
}
