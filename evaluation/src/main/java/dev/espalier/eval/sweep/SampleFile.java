package dev.espalier.eval.sweep;

import dev.espalier.eval.Request;
import dev.espalier.eval.Response;
import dev.espalier.eval.Sample;
import dev.espalier.eval.TaskDocument;
import dev.espalier.io.record.RecordReader;
import dev.espalier.io.record.RecordSchema;
import dev.espalier.io.record.RecordSchema.Field;
import dev.espalier.io.record.RecordSchema.Kind;
import dev.espalier.io.record.RecordWriter;
import dev.espalier.io.storage.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The samples of a cell in Parquet: a row for each document and filter. What has no type of its own
 * is JSON, and {@code logprobs}, {@code greedy} and {@code answers} hold the first repeat's
 * responses for those who query the file.
 */
final class SampleFile {
  private static final RecordSchema SCHEMA =
      new RecordSchema(
          "samples",
          List.of(
              new Field("doc_id", Kind.INTEGER),
              new Field("filter", Kind.TEXT),
              new Field("document", Kind.TEXT),
              new Field("text", Kind.TEXT),
              new Field("target", Kind.TEXT),
              new Field("choices", Kind.TEXTS),
              new Field("prompts", Kind.TEXTS),
              new Field("continuations", Kind.TEXTS),
              new Field("arguments", Kind.TEXTS),
              new Field("logprobs", Kind.NUMBERS),
              new Field("greedy", Kind.FLAGS),
              new Field("answers", Kind.TEXTS),
              new Field("responses", Kind.TEXT),
              new Field("filtered", Kind.TEXT),
              new Field("metrics", Kind.TEXT),
              new Field("doc_hash", Kind.TEXT),
              new Field("prompt_hash", Kind.TEXT),
              new Field("target_hash", Kind.TEXT)));

  private SampleFile() {}

  /** Writes a new file. */
  static void write(Storage storage, String path, List<Sample> samples) throws IOException {
    try (RecordWriter file = RecordWriter.create(storage, path, SCHEMA)) {
      for (Sample sample : samples) {
        file.write(values(sample));
      }
    }
  }

  /** Reads a file in its order; the stream is to be closed. */
  static Stream<Sample> read(Storage storage, String path) throws IOException {
    RecordReader file = RecordReader.open(storage, path, SCHEMA);
    return StreamSupport.stream(new Samples(file), false)
        .onClose(
            () -> {
              try {
                file.close();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  private static Object[] values(Sample sample) {
    TaskDocument document = sample.document();
    List<Double> logprobs = new ArrayList<>();
    List<Boolean> greedy = new ArrayList<>();
    List<String> answers = new ArrayList<>();
    for (List<Response> repeats : sample.responses()) {
      if (repeats.isEmpty()) {
        continue;
      }
      if (repeats.get(0) instanceof Response.Loglikelihood scored) {
        logprobs.add(scored.sum());
        greedy.add(scored.greedy());
      } else if (repeats.get(0) instanceof Response.RollingLoglikelihood rolled) {
        logprobs.add(rolled.sum());
      } else if (repeats.get(0) instanceof Response.Text text) {
        answers.add(text.text());
      }
    }
    return new Object[] {
      (long) document.id(),
      sample.filter(),
      ValueJson.of(document.document()),
      ValueJson.of(document.text()),
      ValueJson.of(document.target()),
      document.choices(),
      prompts(document.requests()),
      document.requests().stream().map(SampleFile::continuation).toList(),
      document.requests().stream().map(SampleFile::arguments).toList(),
      logprobs,
      greedy,
      answers,
      ValueJson.of(
          sample.responses().stream()
              .map(repeats -> repeats.stream().map(SampleFile::value).toList())
              .toList()),
      ValueJson.of(sample.filtered()),
      ValueJson.of(sample.metrics()),
      sample.documentHash(),
      sample.promptHash(),
      sample.targetHash()
    };
  }

  /** The contexts of the requests; one where all have the same. */
  private static List<String> prompts(List<Request> requests) {
    List<String> prompts = requests.stream().map(Request::context).toList();
    return prompts.stream().distinct().count() == 1 ? prompts.subList(0, 1) : prompts;
  }

  private static String continuation(Request request) {
    return request instanceof Request.Loglikelihood pair ? pair.continuation() : "";
  }

  /** Of a text that is asked for; empty of what is scored. */
  private static String arguments(Request request) {
    return request instanceof Request.GenerateUntil text
        ? ValueJson.of(text.arguments())
        : request instanceof Request.RollingLoglikelihood ? "rolling" : "";
  }

  private static Object value(Response response) {
    if (response instanceof Response.Loglikelihood scored) {
      return List.of(scored.sum(), scored.greedy());
    }
    if (response instanceof Response.Text text) {
      return text.steps().isEmpty() ? text.text() : StepsJson.of(text);
    }
    return ((Response.RollingLoglikelihood) response).sum();
  }

  private static Response response(Object value) {
    if (value instanceof List<?> scored) {
      return new Response.Loglikelihood((Double) scored.get(0), (Boolean) scored.get(1));
    }
    if (value instanceof Map<?, ?> answered) {
      return StepsJson.read(answered);
    }
    return value instanceof String text
        ? new Response.Text(text)
        : new Response.RollingLoglikelihood((Double) value);
  }

  private static Sample sample(List<Object> values) {
    Map<String, Object> byName = new LinkedHashMap<>();
    for (int i = 0; i < values.size(); i++) {
      byName.put(SCHEMA.fields().get(i).name(), values.get(i));
    }
    TaskDocument document =
        new TaskDocument(
            Math.toIntExact((Long) byName.get("doc_id")),
            ValueJson.readMap(text(byName, "document")),
            ValueJson.read(text(byName, "text")),
            ValueJson.read(text(byName, "target")),
            texts(byName, "choices"),
            requests(byName));
    List<List<Response>> responses = new ArrayList<>();
    for (Object repeats : ValueJson.readList(text(byName, "responses"))) {
      responses.add(((List<?>) repeats).stream().map(SampleFile::response).toList());
    }
    return new Sample(
        document,
        text(byName, "filter"),
        responses,
        new ArrayList<>(ValueJson.readList(text(byName, "filtered"))),
        ValueJson.readMap(text(byName, "metrics")),
        text(byName, "doc_hash"),
        text(byName, "prompt_hash"),
        text(byName, "target_hash"));
  }

  private static List<Request> requests(Map<String, Object> byName) {
    List<String> prompts = texts(byName, "prompts");
    List<String> continuations = texts(byName, "continuations");
    List<String> arguments = texts(byName, "arguments");
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      String prompt = prompts.get(prompts.size() == 1 ? 0 : i);
      String kind = arguments.get(i);
      requests.add(
          kind.isEmpty()
              ? new Request.Loglikelihood(prompt, continuations.get(i))
              : kind.equals("rolling")
                  ? new Request.RollingLoglikelihood(prompt)
                  : new Request.GenerateUntil(prompt, ValueJson.readMap(kind)));
    }
    return requests;
  }

  private static String text(Map<String, Object> values, String name) {
    return (String) values.get(name);
  }

  private static List<String> texts(Map<String, Object> values, String name) {
    return ((List<?>) values.get(name)).stream().map(String.class::cast).toList();
  }

  private static final class Samples extends Spliterators.AbstractSpliterator<Sample> {
    private final RecordReader file;

    Samples(RecordReader file) {
      super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL);
      this.file = file;
    }

    @Override
    public boolean tryAdvance(Consumer<? super Sample> action) {
      try {
        Optional<List<Object>> next = file.next();
        next.ifPresent(values -> action.accept(sample(values)));
        return next.isPresent();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
