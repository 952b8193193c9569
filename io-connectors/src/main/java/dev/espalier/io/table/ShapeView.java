package dev.espalier.io.table;

import java.io.Serializable;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.PCollectionView;

/**
 * The shape of a table as a side input. What bundles of rows tell of it is joined where it is read,
 * once by each copy of this: a combination would be ten steps more, each of which costs a runner
 * milliseconds. For one thread, as the step that has it.
 */
final class ShapeView implements Serializable {
  private final PCollectionView<Iterable<DescribeRows.Findings>> view;
  private final SchemaOfRows schema;
  private final int shards;
  private transient TableShape shape; // null before it is asked for

  /**
   * @param shards how many, or {@link WriteOptions#AUTO_SHARDS}
   */
  ShapeView(
      PCollectionView<Iterable<DescribeRows.Findings>> view, SchemaOfRows schema, int shards) {
    this.view = view;
    this.schema = schema;
    this.shards = shards;
  }

  /** For {@code withSideInputs}. */
  PCollectionView<?> sideInput() {
    return view;
  }

  TableShape get(DoFn<?, ?>.ProcessContext context) {
    if (shape == null) {
      SchemaOfRows.Sightings sightings = schema.createAccumulator();
      long bytes = 0;
      for (DescribeRows.Findings findings : context.sideInput(view)) {
        sightings = schema.mergeAccumulators(List.of(sightings, findings.sightings()));
        bytes += findings.bytes();
      }
      shape =
          new TableShape(
              schema.extractOutput(sightings),
              shards == WriteOptions.AUTO_SHARDS ? DescribeRows.shardsOf(bytes) : shards);
    }
    return shape;
  }
}
