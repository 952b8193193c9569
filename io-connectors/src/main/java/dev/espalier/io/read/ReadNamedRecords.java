package dev.espalier.io.read;

import dev.espalier.io.FileProblemException;
import dev.espalier.row.Row;
import dev.espalier.row.RowCoders;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionView;

/**
 * Reads the rows of these ids, which are held in memory together. Fails with a {@link
 * FileProblemException}, before a row is handed on, if an id is in no row.
 */
public final class ReadNamedRecords extends PTransform<PBegin, PCollection<Row>> {
  private static final int SHOWN = 5;

  private final ReadOptions options;
  private final List<String> ids;

  private ReadNamedRecords(ReadOptions options, List<String> ids) {
    this.options = options;
    this.ids = List.copyOf(ids);
  }

  public static ReadNamedRecords of(ReadOptions options, List<String> ids) {
    return new ReadNamedRecords(options, ids);
  }

  @Override
  public PCollection<Row> expand(PBegin begin) {
    PCollectionView<List<Row>> found =
        begin
            .apply("Read rows", ReadRecords.of(options))
            .apply("Find ids", ParDo.of(new Find(ids)))
            .setCoder(RowCoders.ROW)
            .apply("View", View.asList());
    return begin
        .apply("Once", Create.of(options.path()))
        .apply("All or none", ParDo.of(new AllOrNone(found, ids)).withSideInputs(found))
        .setCoder(RowCoders.ROW);
  }

  private static final class Find extends DoFn<Row, Row> {
    private final Set<String> ids;

    Find(List<String> ids) {
      this.ids = new LinkedHashSet<>(ids);
    }

    @ProcessElement
    public void process(@Element Row row, OutputReceiver<Row> rows) {
      if (ids.contains(row.id())) {
        rows.output(row);
      }
    }
  }

  private static final class AllOrNone extends DoFn<String, Row> {
    private final PCollectionView<List<Row>> found;
    private final List<String> ids;

    AllOrNone(PCollectionView<List<Row>> found, List<String> ids) {
      this.found = found;
      this.ids = ids;
    }

    @ProcessElement
    public void process(ProcessContext context) throws FileProblemException {
      List<Row> rows = context.sideInput(found);
      Set<String> missing = new LinkedHashSet<>(ids);
      rows.forEach(row -> missing.remove(row.id()));
      if (!missing.isEmpty()) {
        throw missing(context.element(), new ArrayList<>(missing));
      }
      rows.forEach(context::output);
    }

    private static FileProblemException missing(String input, List<String> missing) {
      String shown =
          String.join(", ", missing.stream().limit(SHOWN).map(id -> "`" + id + "`").toList());
      int more = missing.size() - SHOWN;
      return new FileProblemException(
          input + ": no row has the id " + shown + (more > 0 ? " and " + more + " more" : ""),
          "Name ids as the table has them");
    }
  }
}
