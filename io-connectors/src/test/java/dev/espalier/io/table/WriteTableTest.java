package dev.espalier.io.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.io.storage.StorageOptions;
import dev.espalier.row.AnsweredRow;
import dev.espalier.row.NamedValue;
import dev.espalier.row.RowCoders;
import dev.espalier.row.ScoredToken;
import dev.espalier.row.StepTrace;
import dev.espalier.row.ValueType;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.testing.CoderProperties;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriteTableTest {
  @TempDir Path directory;

  @Test
  void theBytesAreThoseOfTheRowsAlone() throws IOException {
    List<AnsweredRow> rows = Rows.rows(200);
    Manifest expected = Rows.write(options("plain", 4), rows);
    for (int workers : new int[] {1, 3}) {
      List<AnsweredRow> shuffled = new ArrayList<>(rows);
      Collections.shuffle(shuffled, new Random(workers));
      WriteOptions options = options("pipeline" + workers, 4).withSortMemoryBytes(2_000);
      run(options, shuffled, 200, workers);
      assertThat(Manifest.read(options.path(), StorageOptions.defaults())).contains(expected);
      assertThat(TableVerifier.verify(options.path(), StorageOptions.defaults())).isEmpty();
    }
  }

  /** Another hash means other bytes for the same rows: raise {@link Manifest#FORMAT} then. */
  @Test
  void theBytesOfThisFormatAreKnown() throws IOException {
    Manifest manifest = Rows.write(options("known", 1), Rows.rows(50));
    assertThat(manifest.files().get(0).sha256())
        .isEqualTo("4ca7df115ed0ee1d24a4e5bf77b8d3ebcd66d67f55d9a2374387dde0ef522b23");
  }

  @Test
  void duckDbReadsTypedColumnsAndTheTraceAsAListOfStructs() throws Exception {
    List<AnsweredRow> rows = Rows.rows(200);
    WriteOptions options = options("table", 3);
    Rows.write(options, rows);
    String files = "read_parquet('" + options.path() + "/*.parquet')";
    assertThat(query("SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM " + files + ")"))
        .containsExactly(
            "id VARCHAR",
            "category VARCHAR",
            "urgency BIGINT",
            "score DOUBLE",
            "angry BOOLEAN",
            "error STRUCT(code VARCHAR, message VARCHAR, step VARCHAR)",
            "trace STRUCT(step VARCHAR, kind VARCHAR, prompt_tokens INTEGER, cached_tokens INTEGER,"
                + " output_tokens INTEGER, finish_reason VARCHAR, logprob DOUBLE, \"text\""
                + " VARCHAR)[]");
    assertThat(query("SELECT count(*), count(error), count(category) FROM " + files))
        .containsExactly("200 29 171");
    assertThat(query("SELECT error.code, error.step, trace FROM " + files + " WHERE id = 'row-3'"))
        .containsExactly("PROMPT_TOO_LONG reply []");
    assertThat(
            query(
                "SELECT category, urgency, score, angry, len(trace), trace[2].logprob,"
                    + " trace[1].text, trace[1].prompt_tokens FROM "
                    + files
                    + " WHERE id = 'row-7'"))
        .containsExactly("Versand ä 表 2 0.875 false 3 -0.25 text 7 107");
    for (int shard = 0; shard < 3; shard++) {
      String file = "'" + options.path() + "/" + TableLayout.shardName(shard, 3, 0) + "'";
      List<String> ids = query("SELECT id FROM " + file);
      assertThat(ids).isNotEmpty().isSorted();
      int here = shard;
      assertThat(ids).allMatch(id -> WriteTable.shardOf(id, 3) == here);
    }
  }

  @Test
  void logProbabilitiesOfTokensAreListsOfTheTraceWhereAStepHasThem() throws Exception {
    ScoredToken yes =
        new ScoredToken(
            5,
            " yes",
            -0.25f,
            List.of(
                new ScoredToken.Alternative(5, " yes", -0.25f),
                new ScoredToken.Alternative(6, " no", -1.5f)));
    ScoredToken prompt = new ScoredToken(7, "Ä", -2.5f, List.of());
    StepTrace asked =
        new StepTrace("a", "gen", 2, 0, 1, "stop", -0.25, " yes", List.of(yes), List.of(prompt));
    StepTrace other = new StepTrace("b", "gen", 2, 0, 1, "stop", -0.5, "x");
    List<AnsweredRow> rows =
        List.of(
            Rows.of("r", List.of(asked, other)),
            Rows.of("s", List.of(other)),
            Rows.of("t", List.of()));
    WriteOptions options = options("logprobs", 1);
    Rows.write(options, rows);
    String file = "'" + options.path() + "/*.parquet'";
    String token = "STRUCT(token INTEGER, \"text\" VARCHAR, logprob FLOAT";
    String tokens = token + ", top " + token + ")[])[]";
    assertThat(query("SELECT typeof(trace) FROM " + file + " LIMIT 1").get(0))
        .endsWith(
            " \"text\" VARCHAR, token_logprobs " + tokens + ", prompt_logprobs " + tokens + ")[]");
    assertThat(
            query(
                "SELECT trace[1].token_logprobs, trace[1].prompt_logprobs[1].text,"
                    + " trace[2].token_logprobs, len(trace) FROM "
                    + file
                    + " ORDER BY id"))
        .containsExactly(
            "[{token=5, text= yes, logprob=-0.25, top=[{token=5, text= yes, logprob=-0.25},"
                + " {token=6, text= no, logprob=-1.5}]}] Ä [] 2",
            "[] null null 1",
            "null null null 0");
  }

  /** Whichever rows there are: the program says what its steps may ask for. */
  @Test
  void aProgramMayAnnounceLogProbabilities() {
    TableColumns announced = TableColumns.open().withTokenLogprobs(true);
    assertThat(Rows.schema(announced, List.of()).tokenLogprobs()).isTrue();
    assertThat(Rows.schema(announced, Rows.rows(5)).tokenLogprobs()).isTrue();
    assertThat(Rows.schema(Rows.rows(5)).tokenLogprobs()).isFalse();
  }

  @Test
  void mixedTypesAreWidened() throws Exception {
    List<AnsweredRow> rows =
        List.of(
            Rows.of("a", Rows.value("n", 1L), Rows.value("s", 2.5)),
            Rows.of("b", Rows.value("n", 0.5), Rows.value("s", true)),
            Rows.of("c", Rows.value("n", null), Rows.value("s", "[1,\"x\"]")),
            Rows.of("d"));
    WriteOptions options = options("table", 1);
    Rows.write(options, rows);
    assertThat(query("SELECT id, n, s FROM '" + options.path() + "/*.parquet'"))
        .containsExactly("a 1.0 2.5", "b 0.5 true", "c null [1,\"x\"]", "d null null");
  }

  @Test
  void noRowsMakeAnEmptyTable() throws Exception {
    WriteOptions options = options("table", 2);
    run(options, List.of(), 0, 1);
    assertThat(query("SELECT count(*) FROM '" + options.path() + "/*.parquet'"))
        .containsExactly("0");
    assertThat(TableVerifier.verify(options.path(), StorageOptions.defaults())).isEmpty();
  }

  @Test
  void aLostRowFailsTheJobAndShowsNothing() throws IOException {
    WriteOptions options = options("table", 2);
    assertThatThrownBy(() -> run(options, Rows.rows(20), 21, 1))
        .isInstanceOf(PipelineExecutionException.class)
        .hasMessageContaining("21 rows went in and 20 came out");
    assertThat(Manifest.read(options.path(), StorageOptions.defaults())).isEmpty();
    assertThat(OutputCheck.of(options)).isEqualTo(TableState.UNFINISHED);
  }

  @Test
  void rowsSurviveTheirCoder() throws Exception {
    for (AnsweredRow row : Rows.rows(10)) {
      CoderProperties.coderDecodeEncodeEqual(RowCoders.ANSWERED, row);
    }
    List<Object> items = Arrays.asList(1L, null, 2L);
    ValueType list = new ValueType.ListOf(ValueType.INTEGER);
    ValueType struct =
        new ValueType.Struct(
            List.of(
                new ValueType.Struct.Field("a", list),
                new ValueType.Struct.Field("b", ValueType.NUMBER)));
    CoderProperties.coderDecodeEncodeEqual(
        RowCoders.ANSWERED,
        Rows.of(
            "ä",
            Rows.value("n", null),
            new NamedValue("d", ValueType.NUMBER, null),
            new NamedValue("l", list, items),
            new NamedValue("s", struct, Map.of("a", items, "b", 0.5))));
  }

  private WriteOptions options(String name, int shards) {
    return WriteOptions.of(directory.resolve(name).toString(), "fp", shards);
  }

  private static void run(
      WriteOptions options, List<AnsweredRow> rows, long expected, int workers) {
    DirectOptions direct = PipelineOptionsFactory.create().as(DirectOptions.class);
    direct.setTargetParallelism(workers);
    Pipeline pipeline = Pipeline.create(direct);
    PCollectionView<Long> count =
        pipeline.apply("Expect", Create.of(expected)).apply(View.asSingleton());
    PCollection<Manifest> manifest =
        pipeline
            .apply("Rows", Create.of(rows).withCoder(RowCoders.ANSWERED))
            .apply("Break bundles", Reshuffle.<AnsweredRow>viaRandomKey().withNumBuckets(8))
            .apply("Write", WriteTable.to(options, TableColumns.open(), count))
            .get(WriteTable.MANIFEST);
    PAssert.thatSingleton(manifest)
        .satisfies(
            written -> {
              assertThat(written.rows()).isEqualTo(expected);
              return null;
            });
    pipeline.run().waitUntilFinish();
  }

  private static List<String> query(String sql) throws SQLException {
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckdb.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> lines = new ArrayList<>();
      while (rows.next()) {
        List<String> cells = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          cells.add(String.valueOf(rows.getObject(i)));
        }
        lines.add(String.join(" ", cells));
      }
      return lines;
    }
  }
}
