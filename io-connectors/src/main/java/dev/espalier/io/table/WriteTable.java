package dev.espalier.io.table;

import dev.espalier.io.lock.LockBeat;
import dev.espalier.io.read.FileRows;
import dev.espalier.io.read.InputList;
import dev.espalier.io.read.RowSum;
import dev.espalier.io.read.SourceFile;
import dev.espalier.io.storage.StorageUse;
import dev.espalier.row.AnsweredRow;
import dev.espalier.row.EncodedRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.apache.commons.codec.digest.MurmurHash3;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes all rows as one table: of each row the id, the fields that are to be columns, and the
 * outcome. The shard of a row is a hash of the text of its id, rows are sorted by id in their
 * shard, and the schema follows from what is known of the columns and from the rows, so the bytes
 * of every file depend on these alone, whatever the bundles, the workers and the order. The table
 * appears when all shards are written and the rows are as many as expected; its {@link Manifest}
 * comes out once it has.
 */
public final class WriteTable extends PTransform<PCollection<AnsweredRow>, PCollectionTuple> {
  /** Of the table, once it is there. */
  public static final TupleTag<Manifest> MANIFEST = new TupleTag<>("manifest") {};

  /** The rows that are not as they were in the table before, if {@link #comparing}. */
  public static final TupleTag<RowChange> CHANGES = new TupleTag<>("changes") {};

  private static final TupleTag<ShardFile> FILES = new TupleTag<>("files") {};

  private static final Logger LOG = LoggerFactory.getLogger(WriteTable.class);

  private final WriteOptions options;
  private final TableColumns columns;
  private final PCollectionView<Long> expectedRows; // null: as many as were read
  private final PCollectionView<Iterable<FileRows>> read; // null: nobody tells
  private final List<SourceFile> inputs;
  private final boolean compares;

  private WriteTable(
      WriteOptions options,
      TableColumns columns,
      PCollectionView<Long> expectedRows,
      PCollectionView<Iterable<FileRows>> read,
      List<SourceFile> inputs,
      boolean compares) {
    this.options = options;
    this.columns = columns;
    this.expectedRows = expectedRows;
    this.read = read;
    this.inputs = inputs;
    this.compares = compares;
  }

  /**
   * @param expectedRows how many rows went into the job
   */
  public static WriteTable to(
      WriteOptions options, TableColumns columns, PCollectionView<Long> expectedRows) {
    return new WriteTable(options, columns, expectedRows, null, List.of(), false);
  }

  /**
   * All rows that were read. Tells in the manifest which they are, and keeps beside it how their
   * files looked.
   *
   * @param parts what was read
   * @param files as the file system listed them before they were read
   */
  public static WriteTable ofInput(
      WriteOptions options,
      TableColumns columns,
      PCollectionView<Iterable<FileRows>> parts,
      List<SourceFile> files) {
    return new WriteTable(options, columns, null, parts, List.copyOf(files), false);
  }

  /** Compares the rows with those of the table before; all are new if there is none. */
  public WriteTable comparing() {
    return new WriteTable(options, columns, expectedRows, read, inputs, true);
  }

  /** The shard of a row: the first 64 bits of MurmurHash3 x64 of the id's UTF-8, modulo. */
  static int shardOf(String id, int shards) {
    byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
    return (int) Math.floorMod(MurmurHash3.hash128x64(bytes)[0], (long) shards);
  }

  @Override
  public PCollectionTuple expand(PCollection<AnsweredRow> rows) {
    SchemaOfRows schema = new SchemaOfRows(columns);
    PCollectionTuple described = rows.apply("Describe rows", new DescribeRows(columns, schema));
    ShapeView shape =
        new ShapeView(
            described.get(DescribeRows.FINDINGS).apply("View shape", View.asIterable()),
            schema,
            options.shards());
    KvCoder<Integer, List<ShardRecord>> keyed = ShardRecord.KEYED;
    PCollection<KV<Integer, List<ShardRecord>>> byShard =
        described
            .get(DescribeRows.ROWS)
            .apply(
                "Choose shards", ParDo.of(new ChooseShard(shape)).withSideInputs(shape.sideInput()))
            .setCoder(keyed);
    PCollection<KV<Integer, List<ShardRecord>>> begin =
        rows.getPipeline()
            .apply("Begin shards", Create.of(0))
            .apply(
                "Name all shards",
                ParDo.of(new NameShards(shape)).withSideInputs(shape.sideInput()))
            .setCoder(keyed);
    PCollectionList<KV<Integer, List<ShardRecord>>> records =
        PCollectionList.of(byShard).and(begin);
    int former = compares ? formerParts() : 0;
    if (former != options.shards() && former > 0) {
      records =
          records.and(
              rows.getPipeline().apply("Former rows", new SpreadFormer(options, shape, former)));
    }
    PCollectionTuple written =
        records
            .apply("All records", Flatten.pCollections())
            .apply("Gather shards", GroupByKey.create())
            .apply(
                "Write shards",
                ParDo.of(new WriteShard(options, shape, compares))
                    .withSideInputs(shape.sideInput())
                    .withOutputTags(FILES, TupleTagList.of(CHANGES)));
    PCollection<Manifest> manifest =
        written
            .get(FILES)
            .setCoder(SerializableCoder.of(ShardFile.class))
            .apply("Bring shards together", WithKeys.of(0))
            .setCoder(KvCoder.of(VarIntCoder.of(), SerializableCoder.of(ShardFile.class)))
            .apply("Gather files", GroupByKey.create())
            .apply(
                "Commit",
                ParDo.of(new Commit(options, shape, expectedRows, read, inputs))
                    .withSideInputs(
                        Stream.of(shape.sideInput(), expectedRows, read)
                            .filter(Objects::nonNull)
                            .toList()))
            .setCoder(SerializableCoder.of(Manifest.class));
    return PCollectionTuple.of(MANIFEST, manifest)
        .and(CHANGES, written.get(CHANGES).setCoder(RowChange.CODER));
  }

  private int formerParts() {
    try {
      return FormerTable.of(options).parts();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A beginning for each shard, so that one without rows gets a file too. */
  private static final class NameShards extends DoFn<Integer, KV<Integer, List<ShardRecord>>> {
    private final ShapeView shape;

    NameShards(ShapeView shape) {
      this.shape = shape;
    }

    @ProcessElement
    public void process(ProcessContext context) {
      for (int i = 0; i < shape.get(context).shards(); i++) {
        context.output(KV.of(i, List.of()));
      }
    }
  }

  static final class ChooseShard extends DoFn<List<EncodedRow>, KV<Integer, List<ShardRecord>>> {
    private final ShapeView shape;

    ChooseShard(ShapeView shape) {
      this.shape = shape;
    }

    @ProcessElement
    public void process(ProcessContext context) throws IOException {
      int shards = shape.get(context).shards();
      Map<Integer, List<ShardRecord>> byShard = new HashMap<>();
      for (EncodedRow row : context.element()) {
        byShard
            .computeIfAbsent(shardOf(row.id(), shards), none -> new ArrayList<>())
            .add(ShardRecord.of(row));
      }
      byShard.forEach((shard, rows) -> context.output(KV.of(shard, rows)));
    }
  }

  static final class WriteShard extends DoFn<KV<Integer, Iterable<List<ShardRecord>>>, ShardFile> {
    private final WriteOptions options;
    private final ShapeView shape;
    private final boolean compares;
    private transient StorageUse use;
    private transient LockBeat beat;
    private transient PartList former; // null before it is needed
    private transient FormerTable before; // null before it is needed

    WriteShard(WriteOptions options, ShapeView shape, boolean compares) {
      this.options = options;
      this.shape = shape;
      this.compares = compares;
    }

    @Setup
    public void begin() throws IOException {
      use = StorageUse.begin();
      beat = options.keepLock();
    }

    @ProcessElement
    public void process(ProcessContext context, MultiOutputReceiver out) throws IOException {
      int shard = context.element().getKey();
      TableShape table = shape.get(context);
      // Both sort at once: what is compared is short beside a row.
      long forComparison = compares ? options.sortMemoryBytes() / 4 : 0;
      WriteOptions writing = options.withSortMemoryBytes(options.sortMemoryBytes() - forComparison);
      try (ShardWriter writer = new ShardWriter(writing, shard, table.shards(), table.schema());
          ShardComparison comparison =
              new ShardComparison(
                  RowOrder.of(table.schema().id()), forComparison, out.get(CHANGES)::output)) {
        for (List<ShardRecord> records : context.element().getValue()) {
          for (ShardRecord record : records) {
            if (record.row().isPresent()) {
              writer.add(record.row().get());
            } else {
              comparison.add(record.former().orElseThrow());
            }
          }
        }
        Optional<ShardFile> same = writer.takeOver(former());
        out.get(FILES)
            .output(
                same.isPresent()
                    ? same.get() // no row is another
                    : write(writer, comparison, shard, table.shards()));
      }
    }

    private ShardFile write(ShardWriter writer, ShardComparison comparison, int shard, int shards)
        throws IOException {
      if (!compares) {
        return writer.write(Optional.empty());
      }
      if (before == null) {
        before = FormerTable.of(options);
      }
      if (before.parts() == shards) { // else its rows have come here
        before.forEach(shard, comparison::add);
      }
      ShardFile file = writer.write(Optional.of(comparison));
      comparison.end();
      return file;
    }

    private PartList former() throws IOException {
      if (former == null) {
        former =
            options.former().isPresent()
                ? PartList.read(
                    options.storage().open(options.path()), new TableLayout(options.former().get()))
                : PartList.NONE;
      }
      return former;
    }

    @Teardown
    public void end() {
      if (beat != null) {
        beat.close();
      }
      if (use != null) {
        use.close();
      }
    }
  }

  static final class Commit extends DoFn<KV<Integer, Iterable<ShardFile>>, Manifest> {
    private final WriteOptions options;
    private final ShapeView shape;
    private final PCollectionView<Long> expectedRows; // null: as many as were read
    private final PCollectionView<Iterable<FileRows>> read; // null: nobody tells
    private final List<SourceFile> inputs;
    private transient StorageUse use;
    private transient LockBeat beat;

    Commit(
        WriteOptions options,
        ShapeView shape,
        PCollectionView<Long> expectedRows,
        PCollectionView<Iterable<FileRows>> read,
        List<SourceFile> inputs) {
      this.options = options;
      this.shape = shape;
      this.expectedRows = expectedRows;
      this.read = read;
      this.inputs = inputs;
    }

    @Setup
    public void begin() throws IOException {
      use = StorageUse.begin();
      beat = options.keepLock();
    }

    @ProcessElement
    public void process(ProcessContext context) throws IOException {
      List<ShardFile> shards = new ArrayList<>();
      context.element().getValue().forEach(shards::add);
      Map<String, RowSum> sums = read == null ? Map.of() : FileRows.byFile(context.sideInput(read));
      RowSum sum = sums.values().stream().reduce(RowSum.NONE, RowSum::plus);
      context.output(
          new TableCommit(options)
              .commit(
                  shape.get(context).schema(),
                  shards,
                  expectedRows == null ? sum.rows() : context.sideInput(expectedRows),
                  read == null ? "" : sum.hash()));
      if (read != null) {
        keep(sums);
      }
    }

    /** Without the list the next run reads the input to know it. */
    private void keep(Map<String, RowSum> sums) {
      try {
        Optional<InputList> list = InputList.of(inputs, sums);
        if (list.isPresent()) {
          String path = new TableLayout(options.path()).input();
          list.get().write(options.storage().open(path), path);
        }
      } catch (IOException e) {
        LOG.debug("{}: the list of the input was not kept", options.path(), e);
      }
    }

    @Teardown
    public void end() {
      if (beat != null) {
        beat.close();
      }
      if (use != null) {
        use.close();
      }
    }
  }
}
