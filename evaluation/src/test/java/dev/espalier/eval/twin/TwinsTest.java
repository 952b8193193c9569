package dev.espalier.eval.twin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.espalier.eval.Response;
import dev.espalier.eval.TaskDocument;
import dev.espalier.eval.metric.Aggregation;
import dev.espalier.eval.metric.MetricFunction;
import dev.espalier.eval.metric.ResultsFunction;
import dev.espalier.jinja.PythonText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class TwinsTest {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_LONG_FOR_INTS).build();

  private static Twin twin(String module, String function) {
    return Twins.find("/any/" + module, function, ModuleFiles.NONE).orElseThrow();
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(JsonNode node) {
    return JSON.convertValue(node, Map.class);
  }

  private static List<Object> list(JsonNode node) {
    return new ArrayList<>(JSON.convertValue(node, new TypeReference<List<Object>>() {}));
  }

  private static Object value(JsonNode each) {
    Twin twin = twin(each.path("module").asText(), each.path("function").asText());
    if (each.has("documents")) {
      List<Map<String, Object>> documents = new ArrayList<>();
      each.path("documents").forEach(row -> documents.add(map(row)));
      return twin.as(DocumentsFunction.class).orElseThrow().apply(documents);
    } else if (each.has("items")) {
      return twin.as(Aggregation.class).orElseThrow().of(list(each.path("items")));
    } else if (each.has("predictions")) {
      return twin.as(MetricFunction.class)
          .orElseThrow()
          .value(list(each.path("references")), list(each.path("predictions")), Map.of());
    }
    Map<String, Object> document = map(each.path("document"));
    if (!each.has("results")) {
      return twin.as(DocumentFunction.class).orElseThrow().apply(document);
    }
    List<Object> answers = new ArrayList<>();
    for (JsonNode result : each.path("results")) {
      answers.add(
          result.isArray()
              ? new Response.Loglikelihood(result.get(0).asDouble(), result.get(1).asBoolean())
              : JSON.convertValue(result, Object.class));
    }
    return twin.as(ResultsFunction.class)
        .orElseThrow()
        .values(new TaskDocument(0, document, "", "", List.of(), List.of()), answers);
  }

  @Test
  void twinsMakeOfDocumentsWhatTheFunctionsMake() throws IOException {
    JsonNode golden = JSON.readTree(Path.of("src/test/resources/tasks/twins.json").toFile());
    assertThat(golden.path("lm_eval").asText()).isEqualTo("0.4.13");
    TreeSet<String> functions = new TreeSet<>();
    for (JsonNode each : golden.path("cases")) {
      functions.add(each.path("module").asText() + " " + each.path("function").asText());
      assertThat(PythonText.json(value(each), false))
          .as(each.path("module").asText() + " " + each.path("function").asText())
          .isEqualTo(PythonText.json(JSON.convertValue(each.path("value"), Object.class), false));
    }
    assertThat(functions).hasSizeGreaterThan(55);
  }

  @Test
  void aModuleIsKnownByTheEndOfItsPath() {
    assertThat(Twins.find("my/hellaswag/utils.py", "process_docs", ModuleFiles.NONE)).isPresent();
    assertThat(Twins.find("my/shellaswag/utils.py", "process_docs", ModuleFiles.NONE)).isEmpty();
    assertThat(Twins.find("my/hellaswag/utils.py", "other", ModuleFiles.NONE)).isEmpty();
    assertThat(
            Twins.find("a/leaderboard/mmlu_pro/utils.py", "doc_to_text", ModuleFiles.NONE)
                .orElseThrow()
                .function())
        .isNotSameAs(twin("mmlu_pro/utils.py", "doc_to_text").function());
  }

  @Test
  void wordsOfAPromptAreReadFromThePythonFile() {
    String source =
        "PROMPT = \"On {}:\\n{}\\n{}\"\nalpha = [\n    'a)',\n    'b)',\n]\n\n"
            + "def doc_to_text(doc):\n    pass\n\ndef doc_to_choice(doc):\n    pass\n";
    ModuleFiles files = path -> Optional.of(source).filter(text -> path.endsWith("/utils.py"));
    Map<String, Object> document =
        Map.of("subject_darija", "x", "question", "q", "context", "", "choices", List.of("1", "2"));
    Twin text = Twins.find("my/darijammlu/utils.py", "doc_to_text", files).orElseThrow();
    assertThat(text.isExact()).isFalse();
    assertThat(text.as(DocumentFunction.class).orElseThrow().apply(document))
        .isEqualTo("On x:\nq\na) 1\nb) 2");
    Twin choice = Twins.find("my/darijammlu/utils.py", "doc_to_choice", files).orElseThrow();
    assertThat(choice.as(DocumentFunction.class).orElseThrow().apply(document))
        .isEqualTo(List.of("a", "b"));
    assertThat(Twins.find("my/darijammlu/utils.py", "doc_to_text", ModuleFiles.NONE)).isEmpty();
  }

  @Test
  void aNameThatAFileImportsIsLookedForWhereItComesFrom() {
    String source = "from lm_eval.utils import (\n    other,\n    weighted_f1_score,  # used\n)\n";
    ModuleFiles files = path -> Optional.of(source).filter(text -> path.equals("my/utils.py"));
    assertThat(Twins.find("my/utils.py", "weighted_f1_score", files).orElseThrow().isExact())
        .isTrue();
    assertThat(Twins.find("my/utils.py", "other", files)).isEmpty();
  }

  @Test
  void fingerprintsSeeThroughLayoutOnly() {
    String source = "def f(doc):\n    return doc[\"a\"]\n";
    assertThat(PythonPrint.of("def f( doc,\n):\n  return doc['a']"))
        .isEqualTo(PythonPrint.of(source));
    assertThat(PythonPrint.of(source.replace("\"a\"", "\"b\"")))
        .isNotEqualTo(PythonPrint.of(source));
    assertThat(PythonPrint.defines("x = 1\ndef f(a):\n", "f")).isTrue();
    assertThat(PythonPrint.defines("g = partial(f)\n", "f")).isFalse();
  }

  @Test
  void aDocumentOfAnotherFormIsToldByItsColumn() {
    DocumentFunction text =
        twin("race/preprocess_race.py", "doc_to_text").as(DocumentFunction.class).orElseThrow();
    assertThatThrownBy(() -> text.apply(Map.of("article", "x")))
        .isInstanceOf(TwinException.class)
        .hasMessage("a document has no column `problems`, only article");
    assertThatThrownBy(() -> text.apply(Map.of("article", "x", "problems", "[")))
        .hasMessageContaining("the column `problems` is no list");
    assertThatThrownBy(() -> text.apply(Map.of("article", "x", "problems", 3L)))
        .hasMessageContaining("the column `problems` is 3, not a text");
  }
}
