package dev.espalier.io.table;

import dev.espalier.io.lock.LockBeat;
import dev.espalier.io.read.FileRows;
import dev.espalier.io.read.InputList;
import dev.espalier.io.read.RowSum;
import dev.espalier.io.read.SourceFile;
import dev.espalier.io.storage.StorageUse;
import dev.espalier.row.AnsweredRow;
import dev.espalier.row.RowCoders;
import dev.espalier.row.TotalBundles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.coders.ByteArrayCoder;
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
import org.apache.beam.sdk.values.PCollectionView;
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
public final class WriteTable extends PTransform<PCollection<AnsweredRow>, PCollection<Manifest>> {
  private static final Logger LOG = LoggerFactory.getLogger(WriteTable.class);

  private final WriteOptions options;
  private final TableColumns columns;
  private final PCollectionView<Long> expectedRows;
  private final PCollectionView<Iterable<FileRows>> read; // null: nobody tells
  private final List<SourceFile> inputs;

  private WriteTable(
      WriteOptions options,
      TableColumns columns,
      PCollectionView<Long> expectedRows,
      PCollectionView<Iterable<FileRows>> read,
      List<SourceFile> inputs) {
    this.options = options;
    this.columns = columns;
    this.expectedRows = expectedRows;
    this.read = read;
    this.inputs = inputs;
  }

  /**
   * @param expectedRows how many rows went into the job
   */
  public static WriteTable to(
      WriteOptions options, TableColumns columns, PCollectionView<Long> expectedRows) {
    return new WriteTable(options, columns, expectedRows, null, List.of());
  }

  /**
   * Tells in the manifest of what rows the table is, and keeps beside it how their files looked.
   *
   * @param parts what was read
   * @param files as the file system listed them before they were read
   */
  public WriteTable ofInput(PCollectionView<Iterable<FileRows>> parts, List<SourceFile> files) {
    return new WriteTable(options, columns, expectedRows, parts, List.copyOf(files));
  }

  /** The shard of a row: the first 64 bits of MurmurHash3 x64 of the id's UTF-8, modulo. */
  static int shardOf(String id, int shards) {
    byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
    return (int) Math.floorMod(MurmurHash3.hash128x64(bytes)[0], (long) shards);
  }

  @Override
  public PCollection<Manifest> expand(PCollection<AnsweredRow> rows) {
    PCollectionView<TableSchema> schema =
        rows.apply("Find the schema", TotalBundles.globally(new SchemaOfRows(columns)))
            .apply("View schema", View.asSingleton());
    PCollectionView<Integer> shards =
        (options.shards() == WriteOptions.AUTO_SHARDS
                ? rows.apply("Count shards", new CountShards())
                : rows.getPipeline().apply("Number of shards", Create.of(options.shards())))
            .apply("View shards", View.asSingleton());
    KvCoder<Integer, byte[]> keyed = KvCoder.of(VarIntCoder.of(), ByteArrayCoder.of());
    PCollection<KV<Integer, byte[]>> byShard =
        rows.apply("Choose shards", ParDo.of(new ChooseShard(shards)).withSideInputs(shards))
            .setCoder(keyed);
    return PCollectionList.of(byShard)
        .and(everyShard(rows, shards, keyed))
        .apply("Add empty shards", Flatten.pCollections())
        .apply("Gather shards", GroupByKey.create())
        .apply(
            "Write shards",
            ParDo.of(new WriteShard(options, schema, shards)).withSideInputs(schema, shards))
        .setCoder(SerializableCoder.of(ShardFile.class))
        .apply("Bring shards together", WithKeys.of(0))
        .setCoder(KvCoder.of(VarIntCoder.of(), SerializableCoder.of(ShardFile.class)))
        .apply("Gather files", GroupByKey.create())
        .apply(
            "Commit",
            ParDo.of(new Commit(options, schema, expectedRows, read, inputs))
                .withSideInputs(
                    read == null
                        ? List.of(schema, expectedRows)
                        : List.of(schema, expectedRows, read)))
        .setCoder(SerializableCoder.of(Manifest.class));
  }

  /** An empty record for each shard, so that one without rows gets a file too. */
  private static PCollection<KV<Integer, byte[]>> everyShard(
      PCollection<AnsweredRow> rows,
      PCollectionView<Integer> shards,
      KvCoder<Integer, byte[]> coder) {
    return rows.getPipeline()
        .apply("Begin shards", Create.of(0))
        .apply("Name all shards", ParDo.of(new NameShards(shards)).withSideInputs(shards))
        .setCoder(coder);
  }

  private static final class NameShards extends DoFn<Integer, KV<Integer, byte[]>> {
    private final PCollectionView<Integer> shards;

    NameShards(PCollectionView<Integer> shards) {
      this.shards = shards;
    }

    @ProcessElement
    public void process(ProcessContext context) {
      for (int i = 0; i < context.sideInput(shards); i++) {
        context.output(KV.of(i, new byte[0]));
      }
    }
  }

  static final class ChooseShard extends DoFn<AnsweredRow, KV<Integer, byte[]>> {
    private final PCollectionView<Integer> shards;

    ChooseShard(PCollectionView<Integer> shards) {
      this.shards = shards;
    }

    @ProcessElement
    public void process(ProcessContext context) throws IOException {
      AnsweredRow row = context.element();
      int shard = shardOf(row.row().id(), context.sideInput(shards));
      context.output(KV.of(shard, RowCoders.ANSWERED.toBytes(row)));
    }
  }

  static final class WriteShard extends DoFn<KV<Integer, Iterable<byte[]>>, ShardFile> {
    private final WriteOptions options;
    private final PCollectionView<TableSchema> schema;
    private final PCollectionView<Integer> shards;
    private transient StorageUse use;
    private transient LockBeat beat;
    private transient PartList former; // null before it is needed

    WriteShard(
        WriteOptions options,
        PCollectionView<TableSchema> schema,
        PCollectionView<Integer> shards) {
      this.options = options;
      this.schema = schema;
      this.shards = shards;
    }

    @Setup
    public void begin() throws IOException {
      use = StorageUse.begin();
      beat = options.keepLock();
    }

    @ProcessElement
    public void process(ProcessContext context) throws IOException {
      int shard = context.element().getKey();
      try (ShardWriter writer =
          new ShardWriter(options, shard, context.sideInput(shards), context.sideInput(schema))) {
        for (byte[] record : context.element().getValue()) {
          if (record.length > 0) {
            writer.add(record);
          }
        }
        context.output(writer.write(former()));
      }
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
    private final PCollectionView<TableSchema> schema;
    private final PCollectionView<Long> expectedRows;
    private final PCollectionView<Iterable<FileRows>> read; // null: nobody tells
    private final List<SourceFile> inputs;
    private transient StorageUse use;
    private transient LockBeat beat;

    Commit(
        WriteOptions options,
        PCollectionView<TableSchema> schema,
        PCollectionView<Long> expectedRows,
        PCollectionView<Iterable<FileRows>> read,
        List<SourceFile> inputs) {
      this.options = options;
      this.schema = schema;
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
      String input =
          read == null ? "" : sums.values().stream().reduce(RowSum.NONE, RowSum::plus).hash();
      context.output(
          new TableCommit(options)
              .commit(context.sideInput(schema), shards, context.sideInput(expectedRows), input));
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
