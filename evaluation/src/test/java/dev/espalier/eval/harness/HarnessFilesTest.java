package dev.espalier.eval.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.eval.OutputType;
import dev.espalier.eval.Request;
import dev.espalier.eval.Response;
import dev.espalier.eval.Sample;
import dev.espalier.eval.TaskDocument;
import dev.espalier.eval.TaskScoring;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HarnessFilesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static TaskDocument document(int id, List<Request> requests) {
    return new TaskDocument(id, Map.of("q", "Zürich?"), "q", "a", List.of(), requests);
  }

  private static TaskScoring task(OutputType type) {
    return new TaskScoring(
        "t", "t", Optional.empty(), type, List.of(), List.of(), 2, Optional.empty());
  }

  private static BufferedReader reader(List<String> lines) {
    return new BufferedReader(new StringReader(String.join("\n", lines) + "\n"));
  }

  @Test
  void samplesAreReadBackAsTheResponsesThatWereWritten() throws IOException {
    List<List<Response>> choices =
        List.of(
            List.of(new Response.Loglikelihood(-1.5e-7, true)),
            List.of(new Response.Loglikelihood(Double.NEGATIVE_INFINITY, false)));
    List<List<Response>> rolling = List.of(List.of(new Response.RollingLoglikelihood(-1234.5)));
    List<List<Response>> texts =
        List.of(List.of(new Response.Text("a\n\"b\""), new Response.Text("-1.5")));
    assertThat(roundTrip(OutputType.MULTIPLE_CHOICE, choices)).isEqualTo(choices);
    assertThat(roundTrip(OutputType.LOGLIKELIHOOD_ROLLING, rolling)).isEqualTo(rolling);
    assertThat(roundTrip(OutputType.GENERATE_UNTIL, texts)).isEqualTo(texts);
  }

  private static List<List<Response>> roundTrip(OutputType type, List<List<Response>> responses)
      throws IOException {
    TaskDocument document = document(7, List.of(new Request.Loglikelihood("c", " d")));
    Sample sample =
        new Sample(document, "none", responses, List.of(), Map.of("acc", 1.0), "1", "2", "3");
    String line = SampleLines.of(sample);
    assertThat(line).contains("\"doc\": {\"q\": \"Zürich?\"}").contains("\"acc\": 1.0");
    Map<Integer, SampleReader.Answered> read =
        SampleReader.samples(reader(List.of(line, line)), "f", type);
    assertThat(read).containsOnlyKeys(7);
    return read.get(7).responses();
  }

  @Test
  void answeredRequestsComeBackInTheirOrder() throws IOException {
    TaskDocument document =
        document(
            3, List.of(new Request.Loglikelihood("c", " d"), new Request.Loglikelihood("c", " e")));
    List<String> lines =
        new ArrayList<>(RequestLines.of(task(OutputType.MULTIPLE_CHOICE), document));
    assertThat(lines.get(1))
        .contains("\"request_type\": \"loglikelihood\"")
        .contains("\"arg_1\": \" e\"")
        .contains("\"repeats\": 2");
    List<String> answered = new ArrayList<>();
    for (int i = lines.size() - 1; i >= 0; i--) {
      ObjectNode line = (ObjectNode) JSON.readTree(lines.get(i));
      line.putArray("resps").addArray().add(-1.0 - i).add(i == 0);
      answered.add(line.toString());
    }
    assertThat(SampleReader.answers(reader(answered), "f", "t", OutputType.MULTIPLE_CHOICE).get(3))
        .containsExactly(
            List.of(new Response.Loglikelihood(-1, true)),
            List.of(new Response.Loglikelihood(-2, false)));
    answered.add(answered.get(0));
    assertThatThrownBy(
            () -> SampleReader.answers(reader(answered), "f", "t", OutputType.MULTIPLE_CHOICE))
        .hasMessage("f:3: request 1 of document 3 is answered twice");
  }

  @Test
  void aLineThatIsNoAnswerIsNamed() {
    assertThatThrownBy(
            () ->
                SampleReader.samples(
                    reader(List.of("{\"doc_id\": 0, \"resps\": [[[\"-1\", \"maybe\"]]]}")),
                    "s.jsonl",
                    OutputType.MULTIPLE_CHOICE))
        .hasMessage("s.jsonl:1: whether an answer is greedy is True or False, not maybe");
    assertThatThrownBy(
            () ->
                SampleReader.samples(
                    reader(List.of("", "{\"doc_id\": 0")), "s.jsonl", OutputType.GENERATE_UNTIL))
        .hasMessageStartingWith("s.jsonl:2: no JSON");
  }

  @Test
  void rowsOfFloatsAreWrittenAsNumpyWritesThem() throws IOException {
    try (InputStream file = HarnessFilesTest.class.getResourceAsStream("/metric/numpy.json")) {
      for (JsonNode pair : JSON.readTree(file).path("cases")) {
        List<Double> values = new ArrayList<>();
        pair.get(0).forEach(value -> values.add(value.doubleValue()));
        assertThat(NumpyText.of(values)).isEqualTo(pair.get(1).asText());
      }
    }
  }
}
