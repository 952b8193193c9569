package dev.espalier.eval.harness;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.espalier.eval.OutputType;
import dev.espalier.eval.Response;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads responses from a samples file of the harness, or from the answered lines of {@link
 * RequestLines}.
 */
public final class SampleReader {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private SampleReader() {}

  /**
   * A document's responses.
   *
   * @param id the document's place in the evaluated split
   * @param responses of each request, one for each repeat
   * @param documentHash empty if the file has none, as the next two
   */
  public record Answered(
      int id,
      List<List<Response>> responses,
      String documentHash,
      String promptHash,
      String targetHash) {}

  /**
   * The responses of all documents, by the document's id, in the file's order. Of several lines of
   * one document, one for each filter, the first counts.
   *
   * @param place names the file in messages
   * @throws IllegalArgumentException with file and line, if one cannot be read
   */
  public static Map<Integer, Answered> samples(BufferedReader lines, String place, OutputType type)
      throws IOException {
    Map<Integer, Answered> documents = new LinkedHashMap<>();
    int number = 0;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      try {
        JsonNode sample = JSON.readTree(line);
        int id = id(sample);
        if (!documents.containsKey(id)) {
          documents.put(id, document(id, sample, type));
        }
      } catch (JsonProcessingException e) {
        throw new IllegalArgumentException(
            place + ":" + number + ": no JSON: " + e.getOriginalMessage(), e);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(place + ":" + number + ": " + e.getMessage(), e);
      }
    }
    return documents;
  }

  private static int id(JsonNode line) {
    if (!line.path("doc_id").canConvertToInt()) {
      throw new IllegalArgumentException("the line has no doc_id");
    }
    return line.path("doc_id").intValue();
  }

  private static Answered document(int id, JsonNode sample, OutputType type) {
    if (!sample.path("resps").isArray()) {
      throw new IllegalArgumentException("document " + id + " has no resps");
    }
    List<List<Response>> responses = new ArrayList<>();
    for (JsonNode repeats : sample.path("resps")) {
      responses.add(ResponseText.read(repeats, type));
    }
    return new Answered(
        id,
        responses,
        sample.path("doc_hash").asText(""),
        sample.path("prompt_hash").asText(""),
        sample.path("target_hash").asText(""));
  }

  /**
   * The responses of one task from answered lines of requests, in any order.
   *
   * @throws IllegalArgumentException with file and line, if one cannot be read or is there twice
   */
  public static Map<Integer, List<List<Response>>> answers(
      BufferedReader lines, String place, String task, OutputType type) throws IOException {
    Map<Integer, Map<Integer, List<Response>>> read = new LinkedHashMap<>();
    int number = 0;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      try {
        JsonNode answer = JSON.readTree(line);
        if (!answer.path("task").asText().equals(task)) {
          continue;
        }
        int index = answer.path("request").asInt(0);
        List<Response> repeats = ResponseText.read(answer.path("resps"), type);
        if (read.computeIfAbsent(id(answer), id -> new LinkedHashMap<>()).put(index, repeats)
            != null) {
          throw new IllegalArgumentException(
              "request " + index + " of document " + id(answer) + " is answered twice");
        }
      } catch (JsonProcessingException e) {
        throw new IllegalArgumentException(
            place + ":" + number + ": no JSON: " + e.getOriginalMessage(), e);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(place + ":" + number + ": " + e.getMessage(), e);
      }
    }
    Map<Integer, List<List<Response>>> documents = new LinkedHashMap<>();
    read.forEach(
        (id, requests) -> {
          List<List<Response>> ordered = new ArrayList<>();
          for (int i = 0; i < requests.size(); i++) {
            if (!requests.containsKey(i)) {
              throw new IllegalArgumentException(
                  place + ": request " + i + " of document " + id + " is not answered");
            }
            ordered.add(requests.get(i));
          }
          documents.put(id, ordered);
        });
    return documents;
  }
}
