package dev.espalier.io.snapshot;

import dev.espalier.io.FileProblemException;
import dev.espalier.io.read.BadRow;
import dev.espalier.io.read.ReadOptions;
import dev.espalier.io.read.RecordScan;
import dev.espalier.io.record.RecordSchema;
import dev.espalier.io.record.RecordSchema.Field;
import dev.espalier.io.record.RecordSchema.Kind;
import dev.espalier.io.record.RecordWriter;
import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.io.storage.StorageUse;
import dev.espalier.io.table.KeptRows;
import dev.espalier.io.table.Manifest;
import dev.espalier.row.AnsweredRow;
import dev.espalier.row.Encoding;
import dev.espalier.row.ExternalSorter;
import dev.espalier.row.RecordCoder;
import dev.espalier.row.RowCoders;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the rows of a new snapshot with those of the one before, and writes a change file: the
 * key of each row that is not as it was, and {@code new}, {@code changed} or {@code deleted}, by
 * key.
 */
public final class WriteChanges extends PTransform<PCollection<AnsweredRow>, PCollection<Changes>> {
  private static final Logger LOG = LoggerFactory.getLogger(WriteChanges.class);
  private static final int BUCKETS = 64;

  /** Each bucket costs a runner of one process more than the comparison of some thousand rows. */
  private static final int BUCKETS_OF_SMALL = 4;

  private static final long SMALL_ROWS = 100_000;
  private static final long SORT_BYTES = 32L << 20;

  /** The records of a change file. */
  static final RecordSchema SCHEMA =
      new RecordSchema(
          "change", List.of(new Field("key", Kind.TEXT), new Field("kind", Kind.TEXT)));

  private final String path;
  private final StorageOptions storage;
  private final List<PartBefore> before;
  private final int buckets;

  private WriteChanges(String path, StorageOptions storage, List<PartBefore> before, int buckets) {
    this.path = path;
    this.storage = storage;
    this.before = List.copyOf(before);
    this.buckets = buckets;
  }

  /**
   * @param path of the change file
   * @param before parts of the snapshot before; none if there is no such
   */
  public static WriteChanges to(String path, StorageOptions storage, List<PartBefore> before) {
    long rows = before.stream().mapToLong(PartBefore::rows).sum();
    boolean isSmall = !before.isEmpty() && rows < SMALL_ROWS;
    return new WriteChanges(path, storage, before, isSmall ? BUCKETS_OF_SMALL : BUCKETS);
  }

  /**
   * A part of the snapshot before.
   *
   * @param file of the table
   * @param kept file of its {@link KeptRows}
   * @param rows how many it has
   */
  public record PartBefore(String file, String kept, long rows) implements Serializable {
    /** The parts of a table. */
    public static List<PartBefore> of(String table, Manifest manifest) {
      List<String> kept = KeptRows.filesOf(table, manifest);
      List<PartBefore> parts = new ArrayList<>();
      for (int i = 0; i < kept.size(); i++) {
        Manifest.DataFile file = manifest.files().get(i);
        parts.add(new PartBefore(Storage.child(table, file.name()), kept.get(i), file.rows()));
      }
      return parts;
    }
  }

  /**
   * One side of a row.
   *
   * @param content empty if the row was there and nobody knows how: it counts as another
   */
  private record Side(String id, String content, boolean isNew) {
    static final RecordCoder<Side> CODER =
        RecordCoder.of(
            Side.class,
            (side, out) -> {
              Encoding.writeText(side.id, out);
              Encoding.writeText(side.content, out);
              Encoding.writeFlag(side.isNew, out);
            },
            in -> new Side(Encoding.readText(in), Encoding.readText(in), Encoding.readFlag(in)));

    KV<Integer, Side> inBucket(int buckets) {
      return KV.of(Math.floorMod(id.hashCode(), buckets), this);
    }
  }

  @Override
  public PCollection<Changes> expand(PCollection<AnsweredRow> rows) {
    KvCoder<Integer, Side> coder = KvCoder.of(VarIntCoder.of(), Side.CODER);
    PCollection<KV<Integer, Side>> now =
        rows.apply("Sides of rows", ParDo.of(new NewFn(buckets))).setCoder(coder);
    // A list that is empty has no type of its own.
    PCollection<KV<Integer, Side>> then =
        rows.getPipeline()
            .apply(
                "Parts before",
                Create.of(new ArrayList<>(before))
                    .withCoder(SerializableCoder.of(PartBefore.class)))
            .apply("Spread parts", Reshuffle.viaRandomKey())
            .apply("Sides before", ParDo.of(new OldFn(storage, buckets)))
            .setCoder(coder);
    PCollection<KV<Integer, Side>> begin =
        rows.getPipeline()
            .apply("Begin changes", Create.of(List.of(KV.of(0, END))).withCoder(coder));
    return PCollectionList.of(now)
        .and(then)
        .apply("Both sides", Flatten.pCollections())
        .apply("By bucket", GroupByKey.create())
        .apply("Compare", ParDo.of(new CompareFn()))
        .setCoder(coder)
        .apply("All", GroupOr.of(begin))
        .apply("Write changes", ParDo.of(new WriteFn(path, storage)))
        .setCoder(SerializableCoder.of(Changes.class));
  }

  private static ExternalSorter<String, Side> sorter() {
    return new ExternalSorter<>(
        Comparator.<String>naturalOrder(), RowCoders.TEXT, Side.CODER, SORT_BYTES);
  }

  /** Stands for no row: so that there is a file where nothing changed. */
  private static final Side END = new Side("", "", false);

  /** Groups what comes with a beginning. */
  private static final class GroupOr
      extends PTransform<PCollection<KV<Integer, Side>>, PCollection<KV<Integer, Iterable<Side>>>> {
    private final transient PCollection<KV<Integer, Side>> begin;

    private GroupOr(PCollection<KV<Integer, Side>> begin) {
      this.begin = begin;
    }

    static GroupOr of(PCollection<KV<Integer, Side>> begin) {
      return new GroupOr(begin);
    }

    @Override
    public PCollection<KV<Integer, Iterable<Side>>> expand(PCollection<KV<Integer, Side>> sides) {
      return PCollectionList.of(sides)
          .and(begin)
          .apply("With a beginning", Flatten.pCollections())
          .apply("Gather", GroupByKey.create());
    }
  }

  private static final class NewFn extends DoFn<AnsweredRow, KV<Integer, Side>> {
    private final int buckets;

    NewFn(int buckets) {
      this.buckets = buckets;
    }

    @ProcessElement
    public void process(@Element AnsweredRow row, OutputReceiver<KV<Integer, Side>> out)
        throws IOException {
      out.output(new Side(row.row().id(), KeptRows.contentOf(row), true).inBucket(buckets));
    }
  }

  private static final class OldFn extends DoFn<PartBefore, KV<Integer, Side>> {
    private final StorageOptions storage;
    private final int buckets;

    OldFn(StorageOptions storage, int buckets) {
      this.storage = storage;
      this.buckets = buckets;
    }

    @ProcessElement
    public void process(@Element PartBefore part, OutputReceiver<KV<Integer, Side>> out)
        throws IOException {
      long known =
          KeptRows.forEach(
              storage,
              part.kept,
              kept ->
                  out.output(
                      new Side(kept.outcome().id(), kept.content(), false).inBucket(buckets)));
      if (known < part.rows) {
        ids(part, out);
      }
    }

    /** The table itself tells which rows there were, where records of them are damaged. */
    private void ids(PartBefore part, OutputReceiver<KV<Integer, Side>> out) throws IOException {
      ReadOptions rows =
          ReadOptions.of(part.file)
              .withIdField("id")
              .withBadRow(BadRow.ERROR_ROW) // a row of the input without an id has none
              .withStorage(storage);
      try {
        RecordScan.forEach(
            rows,
            row -> {
              if (row.error().isEmpty()) {
                out.output(new Side(row.id(), "", false).inBucket(buckets));
              }
            });
      } catch (FileProblemException | NoSuchFileException | FileNotFoundException e) {
        LOG.warn("{}: its rows count as new", part.file, e);
      }
    }
  }

  /** Hands on a side for each change, whose content is the kind. */
  private static final class CompareFn
      extends DoFn<KV<Integer, Iterable<Side>>, KV<Integer, Side>> {
    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<Side>> bucket, OutputReceiver<KV<Integer, Side>> out)
        throws IOException {
      try (ExternalSorter<String, Side> sorter = sorter()) {
        for (Side side : bucket.getValue()) {
          sorter.add(side.id, side);
        }
        Iterator<Map.Entry<String, Side>> sorted = sorter.sorted();
        String id = null;
        String before = null;
        String now = null;
        while (sorted.hasNext()) {
          Side side = sorted.next().getValue();
          if (!side.id.equals(id)) {
            tell(id, before, now, out);
            id = side.id;
            before = null;
            now = null;
          }
          if (side.isNew) {
            now = side.content;
          } else if (before == null || before.isEmpty()) {
            before = side.content;
          }
        }
        tell(id, before, now, out);
      }
    }

    private static void tell(
        String id, String before, String now, OutputReceiver<KV<Integer, Side>> out) {
      if (id != null) {
        kind(before, now).ifPresent(kind -> out.output(KV.of(0, new Side(id, kind, true))));
      }
    }

    private static Optional<String> kind(String before, String now) {
      if (before == null) {
        return Optional.of("new");
      }
      return now == null
          ? Optional.of("deleted")
          : before.equals(now) ? Optional.empty() : Optional.of("changed");
    }
  }

  private static final class WriteFn extends DoFn<KV<Integer, Iterable<Side>>, Changes> {
    private final String path;
    private final StorageOptions options;

    WriteFn(String path, StorageOptions options) {
      this.path = path;
      this.options = options;
    }

    @ProcessElement
    @SuppressWarnings("try") // the use lasts until all is written
    public void process(@Element KV<Integer, Iterable<Side>> changes, OutputReceiver<Changes> out)
        throws IOException {
      try (StorageUse use = StorageUse.begin();
          ExternalSorter<String, Side> sorter = sorter()) {
        for (Side change : changes.getValue()) {
          if (change.isNew) {
            sorter.add(change.id, change);
          }
        }
        out.output(write(sorter.sorted()));
      }
    }

    private Changes write(Iterator<Map.Entry<String, Side>> changes) throws IOException {
      Storage storage = options.open(path);
      String aside = path + "." + UUID.randomUUID() + ".tmp";
      Map<String, Long> counts = new HashMap<>();
      try (RecordWriter writer = RecordWriter.create(storage, aside, SCHEMA)) {
        while (changes.hasNext()) {
          Side change = changes.next().getValue();
          counts.merge(change.content, 1L, Long::sum);
          writer.write(change.id, change.content);
        }
      }
      storage.replace(aside, path);
      return new Changes(
          counts.getOrDefault("new", 0L),
          counts.getOrDefault("changed", 0L),
          counts.getOrDefault("deleted", 0L));
    }
  }
}
