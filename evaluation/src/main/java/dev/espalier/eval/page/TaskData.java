package dev.espalier.eval.page;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.espalier.eval.CellResult;
import dev.espalier.eval.Request;
import dev.espalier.eval.Response;
import dev.espalier.eval.Sample;
import dev.espalier.eval.TaskDocument;
import dev.espalier.eval.compare.MetricKey;
import dev.espalier.row.StepTrace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The documents of a task, and what each cell asked and was answered. A document and a request that
 * several cells have stand once.
 */
final class TaskData {
  private final ReportContent content;
  private final String task;
  private final JsonGenerator json;
  private final List<MetricKey> metrics;
  private final Set<String> columns = new LinkedHashSet<>();
  private final Map<DocumentKey, Integer> documents = new LinkedHashMap<>();
  private final List<Sample> documentSamples = new ArrayList<>();
  private final Map<List<Request>, Integer> requests = new LinkedHashMap<>();
  private final List<String> promptHashes = new ArrayList<>();

  /** Documents of one number may differ between results of several days. */
  private record DocumentKey(int id, String hash) {}

  TaskData(ReportContent content, String task, JsonGenerator json) {
    this.content = content;
    this.task = task;
    this.json = json;
    this.metrics = List.copyOf(content.metrics());
  }

  void write() throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("cells");
    for (CellResult result : content.cells()) {
      if (result.cell().task().equals(task) && content.hasDocuments(result.cell())) {
        cell(result);
      }
    }
    json.writeEndArray();
    documents();
    requests();
    json.writeEndObject();
  }

  private void cell(CellResult result) throws IOException {
    json.writeStartObject();
    json.writeNumberField("model", content.models().indexOf(result.cell().model()));
    json.writeNumberField("setting", content.settings().indexOf(result.cell()));
    json.writeNumberField("seed", content.settings().seeds().indexOf(Settings.seed(result.cell())));
    json.writeArrayFieldStart("rows");
    try (Stream<Sample> samples = content.sweep().samples(result.cell())) {
      Iterator<Sample> each = samples.iterator();
      int open = -1;
      while (each.hasNext()) {
        Sample sample = each.next();
        int document = document(sample);
        if (document != open) {
          if (open >= 0) {
            endRow();
          }
          open = document;
          startRow(document, sample);
        }
        filtered(sample);
      }
      if (open >= 0) {
        endRow();
      }
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private int document(Sample sample) {
    DocumentKey key = new DocumentKey(sample.document().id(), sample.documentHash());
    Integer known = documents.get(key);
    if (known == null) {
      known = documents.size();
      documents.put(key, known);
      documentSamples.add(
          new Sample(
              withoutRequests(sample.document()),
              sample.filter(),
              List.of(),
              List.of(),
              Map.of(),
              sample.documentHash(),
              sample.promptHash(),
              sample.targetHash()));
      columns.addAll(sample.document().document().keySet());
    }
    return known;
  }

  private static TaskDocument withoutRequests(TaskDocument document) {
    return new TaskDocument(
        document.id(),
        document.document(),
        document.text(),
        document.target(),
        document.choices(),
        List.of());
  }

  /** [document, requests, answers, then for each filter {@link #filtered}]. */
  private void startRow(int document, Sample sample) throws IOException {
    json.writeStartArray();
    json.writeNumber(document);
    Integer asked = requests.get(sample.document().requests());
    if (asked == null) {
      asked = requests.size();
      requests.put(sample.document().requests(), asked);
      promptHashes.add(sample.promptHash());
    }
    json.writeNumber(asked);
    json.writeStartArray();
    for (List<Response> repeats : sample.responses()) {
      json.writeStartArray();
      for (Response response : repeats) {
        response(response);
      }
      json.writeEndArray();
    }
    json.writeEndArray();
  }

  private void endRow() throws IOException {
    json.writeEndArray();
  }

  /**
   * A text, a number, or a number and whether it was the most probable; of a program an object with
   * its answer and steps.
   */
  private void response(Response response) throws IOException {
    if (response instanceof Response.Text text) {
      if (text.steps().isEmpty()) {
        json.writeString(text.text());
      } else {
        program(text);
      }
    } else if (response instanceof Response.RollingLoglikelihood rolling) {
      JsonValues.number(json, rolling.sum());
    } else if (response instanceof Response.Loglikelihood choice) {
      json.writeStartArray();
      JsonValues.number(json, choice.sum());
      json.writeNumber(choice.greedy() ? 1 : 0);
      json.writeEndArray();
    }
  }

  /** The steps as [step, kind, prompt tokens, output tokens, finish reason, logprob, text]. */
  private void program(Response.Text answered) throws IOException {
    json.writeStartObject();
    json.writeStringField("text", answered.text());
    json.writeArrayFieldStart("steps");
    for (StepTrace step : answered.steps()) {
      json.writeStartArray();
      json.writeString(step.step());
      json.writeString(step.kind());
      json.writeNumber(step.promptTokens());
      json.writeNumber(step.outputTokens());
      json.writeString(step.finishReason());
      JsonValues.number(json, step.logprob());
      json.writeString(step.text());
      json.writeEndArray();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /** [filter, what it left of texts, then for each value its metric and itself]. */
  private void filtered(Sample sample) throws IOException {
    json.writeStartArray();
    json.writeString(sample.filter());
    boolean texts =
        sample.responses().stream()
            .flatMap(List::stream)
            .anyMatch(response -> response instanceof Response.Text);
    JsonValues.write(json, texts ? sample.filtered() : null);
    for (Map.Entry<String, Object> value : sample.metrics().entrySet()) {
      int metric = metrics.indexOf(new MetricKey(value.getKey(), sample.filter()));
      if (metric >= 0) {
        json.writeNumber(metric);
        JsonValues.write(json, value.getValue());
      }
    }
    json.writeEndArray();
  }

  private void documents() throws IOException {
    json.writeArrayFieldStart("columns");
    for (String column : columns) {
      json.writeString(column);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("documents");
    for (Sample sample : documentSamples) {
      TaskDocument document = sample.document();
      json.writeStartArray();
      json.writeNumber(document.id());
      JsonValues.write(json, document.text());
      JsonValues.write(json, document.target());
      JsonValues.write(json, document.choices());
      json.writeString(sample.documentHash());
      for (String column : columns) {
        JsonValues.write(json, document.document().get(column));
      }
      json.writeEndArray();
    }
    json.writeEndArray();
  }

  /** [hash of the prompt, contexts, then continuations, or what a generation is given]. */
  private void requests() throws IOException {
    json.writeArrayFieldStart("requests");
    int number = 0;
    for (List<Request> asked : requests.keySet()) {
      json.writeStartArray();
      json.writeString(promptHashes.get(number++));
      List<String> contexts = asked.stream().map(Request::context).toList();
      boolean one = contexts.stream().distinct().count() <= 1;
      JsonValues.write(json, one && !contexts.isEmpty() ? contexts.subList(0, 1) : contexts);
      json.writeStartArray();
      for (Request request : asked) {
        if (request instanceof Request.Loglikelihood choice) {
          json.writeString(choice.continuation());
        } else if (request instanceof Request.GenerateUntil generation) {
          JsonValues.write(json, generation.arguments());
        } else {
          json.writeNull();
        }
      }
      json.writeEndArray();
      json.writeEndArray();
    }
    json.writeEndArray();
  }
}
