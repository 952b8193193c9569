package dev.espalier.eval.tokens;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.SamplingParameters;
import dev.espalier.engine.TokenSequence;
import dev.espalier.eval.Request;
import dev.espalier.eval.TaskDocument;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Turns the requests of a document into tokens, as lm-evaluation-harness's Hugging Face backend
 * does for each alone. Continuations of one context become one request, which computes the context
 * once. Thread-safe.
 */
public final class RequestEncoder {
  private final ModelText model;
  private final long seed;
  private final int repeats;
  private final String thinkEnd;
  private final OptionalInt thinkEndToken;

  /**
   * @param seed of the random numbers of texts that are sampled
   * @param repeats samples of each text
   * @param thinkEnd the text, or the number of the token, after which an answer begins; empty for
   *     none
   */
  public RequestEncoder(ModelText model, long seed, int repeats, String thinkEnd) {
    this.model = model;
    this.seed = seed;
    this.repeats = repeats;
    boolean isToken = thinkEnd.matches("[0-9]{1,9}");
    this.thinkEnd = isToken ? "" : thinkEnd;
    this.thinkEndToken = isToken ? OptionalInt.of(Integer.parseInt(thinkEnd)) : OptionalInt.empty();
  }

  /**
   * @throws IllegalArgumentException if a request cannot be asked, saying which and why
   */
  public EncodedDocument encode(TaskDocument document) {
    Building building = new Building();
    for (int i = 0; i < document.requests().size(); i++) {
      try {
        building.asked.add(encode(document.requests().get(i), building));
      } catch (IllegalArgumentException | EngineException e) {
        throw refused(document, i, e);
      }
    }
    building.certain.forEach(
        (i, context) -> {
          if (!building.contextsOfSingles.contains(context)) {
            throw refused(document, i, nothingToScore());
          }
        });
    return building.done();
  }

  private static IllegalArgumentException refused(
      TaskDocument document, int request, Exception why) {
    return new IllegalArgumentException(
        "document " + document.id() + ", request " + (request + 1) + ": " + why.getMessage(), why);
  }

  private EncodedDocument.Asked encode(Request request, Building building) {
    if (request instanceof Request.Loglikelihood pair) {
      return pair.context().isEmpty()
          ? withoutContext(pair.continuation(), building)
          : withContext(pair.context(), pair.continuation(), building);
    }
    if (request instanceof Request.RollingLoglikelihood rolling) {
      TokenSequence tokens = model.encodeWhole(rolling.text(), model.prefix());
      List<EncodedDocument.Scored> windows = new ArrayList<>();
      for (RollingWindows.Window window :
          RollingWindows.of(tokens, prefixToken(), model.maxLength())) {
        windows.add(building.score(window.context(), window.scored()));
      }
      return new EncodedDocument.Rolled(windows);
    }
    return generate((Request.GenerateUntil) request, building);
  }

  private int prefixToken() {
    return model
        .prefix()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "a text without a context needs the token that begins or ends a sequence, and"
                        + " the model's tokenizer_config.json names neither"))
        .id();
  }

  private EncodedDocument.Scored withoutContext(String continuation, Building building) {
    TokenSequence tokens = model.encode(continuation, false);
    requireTokens(tokens);
    int prefix = prefixToken();
    return tokens.get(0) == prefix
        ? score(tokens.slice(0, 1), tokens.slice(1, tokens.length()), building)
        : score(TokenSequence.of(prefix), tokens, building);
  }

  /**
   * A continuation whose text becomes part of the context's last token is certain where another of
   * the same context has one token, as in the harness, which gets both from one forward pass.
   */
  private EncodedDocument.Asked withContext(
      String context, String continuation, Building building) {
    int end = Whitespace.endOfText(context);
    String before = context.substring(0, end);
    TokenSequence whole = building.whole(context + continuation);
    TokenSequence first = building.context(before);
    int length = Math.min(first.length(), whole.length());
    if (whole.length() == length && !continuation.isEmpty()) {
      building.certain.put(building.asked.size(), first);
      return new EncodedDocument.Certain();
    } else if (whole.length() == length + 1) {
      building.contextsOfSingles.add(first);
    }
    return score(first, whole.slice(length, whole.length()), building);
  }

  private static void requireTokens(TokenSequence continuation) {
    if (continuation.isEmpty()) {
      throw nothingToScore();
    }
  }

  private static IllegalArgumentException nothingToScore() {
    return new IllegalArgumentException(
        "the continuation has no tokens of its own, so that nothing of it can be scored");
  }

  /** Keeps the last tokens that the model can read, the last of which it need not. */
  private EncodedDocument.Scored score(
      TokenSequence context, TokenSequence continuation, Building building) {
    requireTokens(continuation);
    if (context.isEmpty()) {
      throw new IllegalArgumentException("the context has no tokens");
    }
    int most = model.maxLength();
    if (continuation.length() > most) {
      throw new IllegalArgumentException(
          "the continuation has %s tokens, and the model reads %s at most"
              .formatted(continuation.length(), most));
    }
    int kept = Math.min(context.length(), most + 1 - continuation.length());
    return building.score(context.slice(context.length() - kept, context.length()), continuation);
  }

  private EncodedDocument.Generated generate(Request.GenerateUntil request, Building building) {
    GenerationArguments arguments = GenerationArguments.of(request.arguments(), model);
    SamplingParameters sampling = arguments.sampling();
    int most = model.maxLength() - sampling.maxTokens();
    if (most <= 0) {
      throw new IllegalArgumentException(
          "generation_kwargs: %s tokens are to be generated, and the model reads %s in all"
              .formatted(sampling.maxTokens(), model.maxLength()));
    }
    TokenSequence context = model.encodeWhole(request.context(), model.bos());
    if (context.isEmpty()) {
      context = TokenSequence.of(prefixToken());
    }
    boolean random = sampling.temperature() != 0;
    int index =
        building.add(
            new TokenRequest.Generate(
                context.slice(Math.max(0, context.length() - most), context.length()),
                random ? sampling.toBuilder().n(repeats).build() : sampling,
                random ? seed : 0,
                thinkEndToken));
    return new EncodedDocument.Generated(index, arguments.stops(), thinkEnd);
  }

  /** The requests of one document as they come. */
  private final class Building {
    private final List<EncodedDocument.Asked> asked = new ArrayList<>();
    private final List<TokenRequest> generated = new ArrayList<>();

    /** Continuations by their contexts; those of a context are one request. */
    private final Map<TokenSequence, Map<TokenSequence, Integer>> scored = new LinkedHashMap<>();

    private final Map<TokenSequence, Integer> numbers = new LinkedHashMap<>();

    /** Contexts of the continuations without tokens, by their requests. */
    private final Map<Integer, TokenSequence> certain = new LinkedHashMap<>();

    private final Set<TokenSequence> contextsOfSingles = new HashSet<>();
    private String lastContext = "";
    private TokenSequence lastTokens = TokenSequence.empty();

    TokenSequence whole(String text) {
      return model.encodeWhole(text, model.prefix());
    }

    /** The same for all choices of a question. */
    TokenSequence context(String text) {
      if (!text.equals(lastContext)) {
        lastTokens = whole(text);
        lastContext = text;
      }
      return lastTokens;
    }

    EncodedDocument.Scored score(TokenSequence context, TokenSequence continuation) {
      int request = numbers.computeIfAbsent(context, unknown -> numbers.size());
      Map<TokenSequence, Integer> continuations =
          scored.computeIfAbsent(context, unknown -> new LinkedHashMap<>());
      int index = continuations.computeIfAbsent(continuation, unknown -> continuations.size());
      return new EncodedDocument.Scored(request, index);
    }

    int add(TokenRequest request) {
      int known = generated.indexOf(request);
      if (known >= 0) {
        return known;
      }
      generated.add(request);
      return generated.size() - 1;
    }

    EncodedDocument done() {
      List<TokenRequest> requests = new ArrayList<>();
      scored.forEach(
          (context, continuations) ->
              requests.add(new TokenRequest.Score(context, List.copyOf(continuations.keySet()))));
      int before = requests.size();
      requests.addAll(generated);
      return new EncodedDocument(requests, asked.stream().map(one -> behind(before, one)).toList());
    }

    private static EncodedDocument.Asked behind(int before, EncodedDocument.Asked asked) {
      return asked instanceof EncodedDocument.Generated text
          ? new EncodedDocument.Generated(before + text.request(), text.stops(), text.thinkEnd())
          : asked;
    }
  }
}
