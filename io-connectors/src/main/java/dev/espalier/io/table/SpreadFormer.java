package dev.espalier.io.table;

import dev.espalier.io.storage.StorageUse;
import dev.espalier.row.Blocks;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;

/**
 * The rows of the table before, by the shard that they would be in now. None where it has as many
 * parts as the new one: there each shard finds them in its own part.
 */
final class SpreadFormer extends PTransform<PBegin, PCollection<KV<Integer, List<ShardRecord>>>> {
  private final WriteOptions options;
  private final ShapeView shape;
  private final int parts;

  /**
   * @param parts of the table before
   */
  SpreadFormer(WriteOptions options, ShapeView shape, int parts) {
    this.options = options;
    this.shape = shape;
    this.parts = parts;
  }

  @Override
  public PCollection<KV<Integer, List<ShardRecord>>> expand(PBegin begin) {
    PCollection<Integer> all =
        begin.apply(
            "Former parts",
            Create.of(IntStream.range(0, parts).boxed().toList()).withCoder(VarIntCoder.of()));
    return (parts > 1 ? all.apply("Spread parts", Reshuffle.viaRandomKey()) : all)
        .apply(
            "Read former rows",
            ParDo.of(new ReadPart(options, shape)).withSideInputs(shape.sideInput()))
        .setCoder(ShardRecord.KEYED);
  }

  private static final class ReadPart extends DoFn<Integer, KV<Integer, List<ShardRecord>>> {
    private final WriteOptions options;
    private final ShapeView shape;

    ReadPart(WriteOptions options, ShapeView shape) {
      this.options = options;
      this.shape = shape;
    }

    @ProcessElement
    @SuppressWarnings("try") // the use lasts as long as the reading
    public void process(ProcessContext context) throws IOException {
      try (StorageUse use = StorageUse.begin()) {
        FormerTable table = FormerTable.of(options);
        int shards = shape.get(context).shards();
        if (table.parts() != shards) {
          spread(table, shards, context);
        }
      }
    }

    private static void spread(FormerTable table, int shards, ProcessContext context)
        throws IOException {
      Blocks<Integer, ShardRecord> blocks = new Blocks<>();
      Blocks.Sink<Integer, ShardRecord> out = (shard, rows) -> context.output(KV.of(shard, rows));
      table.forEach(
          context.element(),
          row ->
              blocks.add(
                  WriteTable.shardOf(row.id(), shards),
                  ShardRecord.of(row),
                  row.id().length() + row.content().length(),
                  out));
      blocks.handOn(out);
    }
  }
}
