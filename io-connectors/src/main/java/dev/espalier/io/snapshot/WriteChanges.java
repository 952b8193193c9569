package dev.espalier.io.snapshot;

import dev.espalier.io.record.RecordSchema;
import dev.espalier.io.record.RecordSchema.Field;
import dev.espalier.io.record.RecordSchema.Kind;
import dev.espalier.io.record.RecordWriter;
import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.io.storage.StorageUse;
import dev.espalier.io.table.RowChange;
import dev.espalier.row.ExternalSorter;
import dev.espalier.row.RowCoders;
import java.io.IOException;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.OptionalCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;

/**
 * Writes the change file of a snapshot: the key of each row that is not as it was in the one
 * before, and {@code new}, {@code changed} or {@code deleted}, by key.
 */
public final class WriteChanges extends PTransform<PCollection<RowChange>, PCollection<Changes>> {
  private static final long SORT_BYTES = 32L << 20;

  /** The records of a change file. */
  static final RecordSchema SCHEMA =
      new RecordSchema(
          "change", List.of(new Field("key", Kind.TEXT), new Field("kind", Kind.TEXT)));

  private static final KvCoder<Integer, Optional<RowChange>> KEYED =
      KvCoder.of(VarIntCoder.of(), OptionalCoder.of(RowChange.CODER));

  private final String path;
  private final StorageOptions storage;

  private WriteChanges(String path, StorageOptions storage) {
    this.path = path;
    this.storage = storage;
  }

  /**
   * @param path of the change file
   */
  public static WriteChanges to(String path, StorageOptions storage) {
    return new WriteChanges(path, storage);
  }

  @Override
  public PCollection<Changes> expand(PCollection<RowChange> changes) {
    PCollection<KV<Integer, Optional<RowChange>>> keyed =
        changes.apply("Bring together", ParDo.of(new KeyFn())).setCoder(KEYED);
    // So that there is a file where nothing changed.
    PCollection<KV<Integer, Optional<RowChange>>> begin =
        changes
            .getPipeline()
            .apply(
                "Begin",
                Create.of(List.of(KV.of(0, Optional.<RowChange>empty()))).withCoder(KEYED));
    return PCollectionList.of(keyed)
        .and(begin)
        .apply("With a beginning", Flatten.pCollections())
        .apply("Gather", GroupByKey.create())
        .apply("Write", ParDo.of(new WriteFn(path, storage)))
        .setCoder(SerializableCoder.of(Changes.class));
  }

  private static final class KeyFn extends DoFn<RowChange, KV<Integer, Optional<RowChange>>> {
    @ProcessElement
    public void process(
        @Element RowChange change, OutputReceiver<KV<Integer, Optional<RowChange>>> out) {
      out.output(KV.of(0, Optional.of(change)));
    }
  }

  private static final class WriteFn
      extends DoFn<KV<Integer, Iterable<Optional<RowChange>>>, Changes> {
    private final String path;
    private final StorageOptions options;

    WriteFn(String path, StorageOptions options) {
      this.path = path;
      this.options = options;
    }

    @ProcessElement
    @SuppressWarnings("try") // the use lasts until all is written
    public void process(
        @Element KV<Integer, Iterable<Optional<RowChange>>> changes, OutputReceiver<Changes> out)
        throws IOException {
      try (StorageUse use = StorageUse.begin();
          ExternalSorter<String, RowChange> sorter =
              new ExternalSorter<>(
                  Comparator.<String>naturalOrder(), RowCoders.TEXT, RowChange.CODER, SORT_BYTES)) {
        for (Optional<RowChange> change : changes.getValue()) {
          if (change.isPresent()) {
            sorter.add(change.get().id(), change.get());
          }
        }
        out.output(write(sorter.sorted()));
      }
    }

    private Changes write(Iterator<Map.Entry<String, RowChange>> changes) throws IOException {
      Storage storage = options.open(path);
      String aside = path + "." + UUID.randomUUID() + ".tmp";
      Map<RowChange.Kind, Long> counts = new EnumMap<>(RowChange.Kind.class);
      try (RecordWriter writer = RecordWriter.create(storage, aside, SCHEMA)) {
        while (changes.hasNext()) {
          RowChange change = changes.next().getValue();
          counts.merge(change.kind(), 1L, Long::sum);
          writer.write(change.id(), change.kind().name().toLowerCase(Locale.ROOT));
        }
      }
      storage.replace(aside, path);
      return new Changes(
          counts.getOrDefault(RowChange.Kind.NEW, 0L),
          counts.getOrDefault(RowChange.Kind.CHANGED, 0L),
          counts.getOrDefault(RowChange.Kind.DELETED, 0L));
    }
  }
}
