package dev.espalier.jobs.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.espalier.io.read.ReadOptions;
import dev.espalier.io.read.RecordScan;
import dev.espalier.jobs.JobFolder;
import dev.espalier.jobs.JobFolder.Ended;
import dev.espalier.program.Program;
import dev.espalier.program.State;
import dev.espalier.row.Column;
import dev.espalier.row.ValueType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The columns of tables, through the whole command. */
class TableCasesTest {
  @TempDir Path directory;

  /** Says its columns, and gives them to some rows only. */
  public static final class Announced implements Program {
    @Override
    public void run(State s) {
      if (s.row("ask").equals("true")) {
        s.set("category", s.row("body")).set("urgency", 3);
      }
    }

    @Override
    public Optional<List<Column>> columns() {
      return Optional.of(
          List.of(
              new Column("category", ValueType.STRING), new Column("urgency", ValueType.INTEGER)));
    }
  }

  /** Writes half of a surrogate pair. */
  public static final class Half implements Program {
    @Override
    public void run(State s) {
      s.set("x", "cut \ud83d");
    }
  }

  @Test
  void aFieldThatComesLateHasItsType() throws IOException {
    String late = "{\"id\":2,\"a\":\"y\",\"late\":5}\n";
    String early = "{\"id\":1,\"a\":\"x\"}\n";
    for (String lines : List.of(early + late, late + early)) {
      input(lines);
      Ended ended = run("{include: [a, late], overwrite: true}", Announced.class, "id: id");
      assertThat(ended.code()).as(ended.err()).isZero();
      assertThat(rows())
          .extracting(row -> row.get("id"), row -> row.get("a"), row -> row.get("late"))
          .containsExactly(tuple("1", "x", null), tuple("2", "y", 5L));
    }
  }

  @Test
  void reservedDoubleAndGeneratedNamesAreRefusedBeforeWork() throws IOException {
    input("{\"id\":1,\"ask\":true,\"body\":\"a\",\"error\":\"disk full\",\"category\":\"GOLD\"}\n");
    for (String name : List.of("error", "trace", "id")) {
      assertThat(refused("[" + name + "]")).contains("`" + name + "` is a column that every table");
    }
    assertThat(refused("[body, body]")).contains("`body` stands twice");
    assertThat(refused("[category, urgency]"))
        .contains("`category` is also a value of the program");
  }

  @Test
  void aTableHasTheProgramsColumnsWhicheverStepsItsRowsTook() throws IOException {
    input("{\"id\":1,\"ask\":false}\n{\"id\":2}\n");
    assertThat(run("{}", Announced.class, "id: id").code()).isZero();
    assertThat(rows().get(0).keySet())
        .containsExactly("id", "category", "urgency", "error", "trace");
  }

  @Test
  void idsAreIntegersWhereThatIsSaid() throws IOException {
    input("{\"id\":\"010\",\"ask\":false}\n{\"id\":9,\"ask\":false}\n{\"id\":\"x\"}\n");
    Ended ended = run("{}", Announced.class, "id: id, idType: int64, badLines: row");
    assertThat(ended.code()).as(ended.err()).isZero();
    List<Map<String, Object>> rows = rows();
    assertThat(rows).extracting(row -> row.get("id")).containsExactly(9L, 10L, null);
    assertThat(rows.get(2).get("error").toString())
        .contains("rows.jsonl@", "the id field \"id\" is \"x\", which is no integer of 64 bits");
  }

  @Test
  void halfASurrogatePairInAValueIsAnErrorOfItsRow() throws IOException {
    input("{\"id\":1}\n");
    assertThat(run("{}", Half.class, "id: id").code()).isZero();
    assertThat(rows().get(0).get("error").toString()).contains("INVALID_TEXT", "\"x\"");
  }

  private void input(String lines) throws IOException {
    var unused = new JobFolder(directory).write("rows.jsonl", lines);
  }

  private String refused(String include) throws IOException {
    Ended ended = run("{include: " + include + "}", Announced.class, "id: id");
    assertThat(ended.code()).as(ended.err()).isEqualTo(2);
    return ended.err();
  }

  private Ended run(String output, Class<? extends Program> program, String input)
      throws IOException {
    JobFolder folder = new JobFolder(directory);
    String where = output.equals("{}") ? "{path: out}" : "{path: out, " + output.substring(1);
    Path job =
        folder.write(
            "job.yaml",
            String.join(
                "\n",
                "model: builtin:nano",
                "program: " + program.getName(),
                "input: {path: rows.jsonl, " + input + "}",
                "output: " + where,
                "maxFailures: 100%",
                ""));
    return folder.run("run", job.toString());
  }

  private List<Map<String, Object>> rows() throws IOException {
    List<Map<String, Object>> rows = new ArrayList<>();
    RecordScan.forEach(
        ReadOptions.of(directory.resolve("out").toString()), row -> rows.add(row.fields()));
    return rows;
  }
}
