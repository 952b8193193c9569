package dev.espalier.eval.sweep;

import dev.espalier.eval.Request;
import dev.espalier.eval.TaskDocument;
import dev.espalier.eval.TaskScoring;
import dev.espalier.eval.tokens.ContentKey;
import dev.espalier.eval.tokens.EncodedDocument;
import dev.espalier.eval.tokens.RequestEncoder;
import dev.espalier.eval.tokens.TokenRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * A cell whose documents are prepared and in tokens, before a model has seen them.
 *
 * @param id names its content: 32 hexadecimal digits
 * @param encoded of each document
 */
public record ReadyCell(
    String id, TaskScoring scoring, List<TaskDocument> documents, List<EncodedDocument> encoded) {
  /** Changes with what samples and results hold. */
  private static final String SCHEME = "cell 2";

  public ReadyCell {
    documents = List.copyOf(documents);
    encoded = List.copyOf(encoded);
  }

  /**
   * @param identity of the model and its arithmetic
   * @throws IllegalArgumentException if a document cannot be asked, naming the first of them
   */
  public static ReadyCell of(
      String identity, TaskScoring scoring, List<TaskDocument> documents, RequestEncoder encoder) {
    List<Encoding> encodings =
        documents.parallelStream().map(document -> Encoding.of(document, encoder)).toList();
    List<String> problems =
        encodings.stream().map(Encoding::problem).filter(text -> !text.isEmpty()).toList();
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          problems.get(0)
              + (problems.size() == 1 ? "" : "; and " + (problems.size() - 1) + " more like it"));
    }
    List<EncodedDocument> encoded = encodings.stream().map(Encoding::document).toList();
    return new ReadyCell(id(identity, scoring, documents, encoded), scoring, documents, encoded);
  }

  /**
   * A cell whose answers come from a program, not from requests of its own.
   *
   * @param identity of the model, its arithmetic and the program
   */
  public static ReadyCell ofProgram(
      String identity, TaskScoring scoring, List<TaskDocument> documents) {
    List<EncodedDocument> encoded =
        java.util.Collections.nCopies(documents.size(), new EncodedDocument(List.of(), List.of()));
    return new ReadyCell(id(identity, scoring, documents, encoded), scoring, documents, encoded);
  }

  /**
   * A document in tokens.
   *
   * @param document null if there is a problem
   * @param problem empty if there is none
   */
  private record Encoding(EncodedDocument document, String problem) {
    static Encoding of(TaskDocument document, RequestEncoder encoder) {
      try {
        return new Encoding(encoder.encode(document), "");
      } catch (IllegalArgumentException e) {
        return new Encoding(null, e.getMessage());
      }
    }
  }

  private static String id(
      String identity,
      TaskScoring scoring,
      List<TaskDocument> documents,
      List<EncodedDocument> encoded) {
    ContentKey key = new ContentKey(SCHEME).text(identity).text(scoring.toString());
    for (int i = 0; i < documents.size(); i++) {
      TaskDocument document = documents.get(i);
      List<Object> parts = new ArrayList<>();
      parts.add(document.id());
      parts.add(document.document());
      parts.add(document.text());
      parts.add(document.target());
      parts.add(document.choices());
      key.text(ValueJson.of(parts));
      String context = "";
      for (Request request : document.requests()) {
        if (!request.context().equals(context)) {
          context = request.context();
          key.text(context);
        }
        key.text(request instanceof Request.Loglikelihood pair ? pair.continuation() : "");
      }
      encoded.get(i).requests().forEach(request -> key.text(request.key()));
      key.text(encoded.get(i).asked().toString());
    }
    return key.hex();
  }

  /** All requests to the engine, in the order of the documents. */
  public List<TokenRequest> requests() {
    return encoded.stream().flatMap(document -> document.requests().stream()).toList();
  }

  /** About the bytes that it takes in memory, without its documents' own columns. */
  public long bytes() {
    long bytes = 0;
    for (int i = 0; i < documents.size(); i++) {
      String context = "";
      for (Request request : documents.get(i).requests()) {
        if (!request.context().equals(context)) {
          context = request.context();
          bytes += 2L * context.length();
        }
        bytes += 100;
      }
      for (TokenRequest request : encoded.get(i).requests()) {
        bytes += 4L * request.prompt().length() + 200;
      }
    }
    return bytes;
  }

  /** How many requests its documents have, each of one choice. */
  public long asked() {
    return documents.stream().mapToLong(document -> document.requests().size()).sum();
  }

  /** Tokens that are asked for before anything is shared. */
  public long promptTokens() {
    return encoded.stream().mapToLong(EncodedDocument::promptTokens).sum();
  }
}
