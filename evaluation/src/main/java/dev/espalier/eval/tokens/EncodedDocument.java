package dev.espalier.eval.tokens;

import dev.espalier.eval.Response;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * The requests of a document in tokens, and how their answers make up those that the task waits
 * for.
 *
 * @param requests to the engine, none twice
 * @param asked for each request of the document, in its order
 */
public record EncodedDocument(List<TokenRequest> requests, List<Asked> asked) {
  public EncodedDocument {
    requests = List.copyOf(requests);
    asked = List.copyOf(asked);
  }

  /** Where the answer to a request of the document is. */
  public sealed interface Asked {}

  /**
   * @param request index of the request to the engine
   * @param continuation index in that
   */
  public record Scored(int request, int continuation) implements Asked {}

  /** A continuation that adds no token to its context: its probability is 1. */
  public record Certain() implements Asked {}

  /**
   * @param windows of which the text's log-probability is the sum
   */
  public record Rolled(List<Scored> windows) implements Asked {
    public Rolled {
      windows = List.copyOf(windows);
    }
  }

  /**
   * @param request index of the request to the engine
   * @param stops at which the text is cut, in their order
   * @param thinkEnd after whose last occurrence an answer begins; empty for none
   */
  public record Generated(int request, List<String> stops, String thinkEnd) implements Asked {
    public Generated {
      stops = List.copyOf(stops);
    }
  }

  /**
   * The responses to each request of the document, one for each repeat.
   *
   * @param answers by the keys of the requests
   * @throws IllegalStateException if one is missing
   */
  public List<List<Response>> responses(Map<String, TokenAnswer> answers, int repeats) {
    List<TokenAnswer> inOrder = new ArrayList<>();
    for (TokenRequest request : requests) {
      TokenAnswer answer = answers.get(request.key());
      if (answer == null) {
        throw new IllegalStateException("no answer to the request " + request.key());
      }
      inOrder.add(answer);
    }
    List<List<Response>> responses = new ArrayList<>();
    for (Asked one : asked) {
      responses.add(responses(one, inOrder, repeats));
    }
    return responses;
  }

  private static List<Response> responses(Asked asked, List<TokenAnswer> answers, int repeats) {
    if (asked instanceof Generated generated) {
      List<String> texts = ((TokenAnswer.Texts) answers.get(generated.request())).texts();
      List<Response> responses = new ArrayList<>();
      for (int i = 0; i < repeats; i++) {
        String text = texts.get(Math.min(i, texts.size() - 1)); // a greedy one is every one
        responses.add(
            new Response.Text(
                GenerationArguments.cut(text, generated.stops(), generated.thinkEnd())));
      }
      return responses;
    }
    if (asked instanceof Scored scored) {
      TokenAnswer.Scores scores = (TokenAnswer.Scores) answers.get(scored.request());
      Response response =
          new Response.Loglikelihood(
              scores.sums().get(scored.continuation()), scores.greedy().get(scored.continuation()));
      return Collections.nCopies(repeats, response);
    }
    if (asked instanceof Certain) {
      return Collections.nCopies(repeats, new Response.Loglikelihood(0, true));
    }
    double sum = 0;
    for (Scored window : ((Rolled) asked).windows()) {
      TokenAnswer.Scores scores = (TokenAnswer.Scores) answers.get(window.request());
      sum += scores.sums().get(window.continuation());
    }
    return Collections.nCopies(repeats, new Response.RollingLoglikelihood(sum));
  }

  /** Tokens that were generated for the document. */
  public long generatedTokens(Map<String, TokenAnswer> answers) {
    long tokens = 0;
    for (TokenRequest request : requests) {
      if (answers.get(request.key()) instanceof TokenAnswer.Texts texts) {
        tokens += texts.tokens().stream().mapToLong(Long::longValue).sum();
      }
    }
    return tokens;
  }

  /** Tokens that the requests of the document have before anything is shared. */
  public long promptTokens() {
    long tokens = 0;
    for (Asked one : asked) {
      if (one instanceof Scored scored) {
        tokens += tokensOf(scored);
      } else if (one instanceof Rolled rolled) {
        tokens += rolled.windows().stream().mapToLong(this::tokensOf).sum();
      } else if (one instanceof Generated generated) {
        tokens += requests.get(generated.request()).prompt().length();
      }
    }
    return tokens;
  }

  private long tokensOf(Scored scored) {
    TokenRequest.Score request = (TokenRequest.Score) requests.get(scored.request());
    return request.prompt().length()
        + (long) request.continuations().get(scored.continuation()).length()
        - 1;
  }
}
