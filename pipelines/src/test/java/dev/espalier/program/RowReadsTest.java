package dev.espalier.program;

import static dev.espalier.program.Options.maxTokens;
import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.program.source.ProgramFile;
import dev.espalier.row.Row;
import dev.espalier.row.RowError;
import dev.espalier.row.RowOutcome;
import dev.espalier.row.RowReads;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An outcome tells what its program read of the row, and nothing that it did not. */
class RowReadsTest {
  @TempDir Path directory;

  private final WordTokenizer tokenizer = new WordTokenizer();
  private final FakeEngine engine = new FakeEngine(tokenizer).answering(request -> "4");
  private final Row row =
      Programs.row("body", "late", "lang", "en", "big", Map.of("x", 1L), "note", null);

  private RowReads reads(Program program) {
    return Programs.run(program, row, engine, tokenizer).reads();
  }

  private RowReads reads(String yaml) {
    return reads(ProgramFile.parse("p.yaml", yaml, directory).load());
  }

  @Test
  void aFileReadsWhatItsTemplatesAskForOnTheWayOfTheRow() {
    RowReads reads =
        reads(
            """
            steps:
              - user: "{{ row.body }}{% if row.lang == 'de' %}{{ row.big.x }}{% endif %}"
              - gen: first
                maxTokens: 1
              - if: first == "4"
                then: [{user: "{{ row['note'] | default('-', true) }}{{ row.far | default('') }}"}]
                else: [{user: "{{ row.big.x }}"}]
              - {gen: last, maxTokens: 1}
            """);
    assertThat(reads.fields()).containsExactly("body", "far", "lang", "note");
    assertThat(reads.names()).isFalse();
    assertThat(reads.isOf(row)).isTrue();
    for (String unused : List.of("big", "added")) {
      assertThat(reads.isOf(with(unused, "other"))).as(unused).isTrue();
    }
    for (String used : List.of("body", "lang", "note", "far")) {
      assertThat(reads.isOf(with(used, "other"))).as(used).isFalse();
    }
  }

  @Test
  void whoGoesThroughTheRowReadsAllOfIt() {
    for (String text :
        List.of(
            "{% for name in row %}{{ name }}{% endfor %}{{ row.values() | list | length }}",
            "{{ row | length }}")) {
      RowReads reads = reads("steps: [{user: \"" + text + "\"}, {gen: a, maxTokens: 1}]");
      assertThat(reads.names()).as(text).isTrue();
      assertThat(reads.isOf(row)).isTrue();
      assertThat(reads.isOf(with("added", "x"))).as(text).isFalse();
      assertThat(reads.isOf(with("body", "other"))).as(text).isFalse();
    }
  }

  @Test
  void aProgramInJavaReadsWhatItAsksFor() {
    RowReads some =
        reads(s -> s.user(s.row("body") + s.row().fields().containsKey("far")).gen("a"));
    assertThat(some.fields()).containsExactly("body", "far");
    assertThat(some.isOf(with("lang", "de"))).isTrue();
    assertThat(some.isOf(with("far", null))).isFalse();
    RowReads names = reads(s -> s.user("fields: " + s.row().fields().keySet()).gen("a"));
    assertThat(names.isOf(with("body", "other"))).isTrue();
    assertThat(names.isOf(with("added", "x"))).isFalse();
    for (Program whole :
        List.<Program>of(
            s -> s.user(s.row().toString()).gen("a"),
            s -> s.user("" + s.row().fields().hashCode()).gen("a"),
            s -> s.user("" + s.row().equals(row)).gen("a"),
            s -> s.user(String.join("", s.row().fields().values().toString())).gen("a"))) {
      assertThat(reads(whole).isOf(with("note", "x"))).isFalse();
      assertThat(reads(whole).isOf(row)).isTrue();
    }
    RowReads none = reads(s -> s.user("hello").gen("a", maxTokens(1)));
    assertThat(none.fields()).isEmpty();
    assertThat(none.isOf(new Row("r2", row.fields(), Optional.empty()))).isFalse();
  }

  @Test
  void anErrorTellsWhatLedToIt() {
    RowOutcome outcome =
        Programs.run(s -> s.user(s.row("absent")).gen("a"), row, engine, tokenizer);
    assertThat(outcome.error()).map(RowError::code).contains(RowError.MISSING_FIELD);
    assertThat(outcome.error().orElseThrow().message()).contains("body, lang, big, note");
    assertThat(outcome.reads().isOf(with("body", "other"))).isTrue();
    assertThat(outcome.reads().isOf(with("more", "x"))).as("its message lists them").isFalse();
  }

  private Row with(String name, Object value) {
    Map<String, Object> fields = new LinkedHashMap<>(row.fields());
    fields.put(name, value);
    return Row.of(row.id(), fields);
  }
}
