package dev.espalier.io.read;

import dev.espalier.io.FileProblemException;
import dev.espalier.io.parquet.ParquetFile;
import dev.espalier.io.parquet.StoredType;
import dev.espalier.io.storage.Storage;
import dev.espalier.row.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * What a look at an input's footers, headers and first rows shows, before any work is spent on it.
 *
 * @param files what would be read
 * @param skipped files in a directory that are not read because of their extension
 * @param rows how many there are, if footers tell for every file
 * @param fields names of the fields, in the order they were met: columns of Parquet and CSV, and
 *     fields of the JSON Lines that were looked at
 * @param allFields whether {@code fields} are those of every row; else rows that were not looked at
 *     may have others
 * @param types the types that a field has in the files, each with the first file that has it, in
 *     the order they were met; empty unless all files tell types
 * @param problems everything that is wrong; reading would fail
 */
public record InputCheck(
    List<SourceFile> files,
    List<String> skipped,
    OptionalLong rows,
    List<String> fields,
    boolean allFields,
    Map<String, Map<StoredType, String>> types,
    List<FileProblemException> problems) {

  /**
   * Bytes of text that are looked at, over all files; of each file the first row is in any case.
   * Reading them takes a second or so.
   */
  static final long LOOKED_AT_BYTES = 64 << 20;

  public InputCheck {
    files = List.copyOf(files);
    skipped = List.copyOf(skipped);
    fields = List.copyOf(fields);
    types = Map.copyOf(types);
    problems = List.copyOf(problems);
  }

  /** Looks at the input. Never throws for what is wrong with it: that is in {@link #problems}. */
  public static InputCheck of(ReadOptions options) {
    SourceFiles found;
    try {
      found = SourceFiles.list(options);
    } catch (IOException e) {
      FileProblemException problem = FileProblemException.unreadable(options.path(), e);
      return new InputCheck(
          List.of(), List.of(), OptionalLong.empty(), List.of(), false, Map.of(), List.of(problem));
    }
    Findings findings = new Findings();
    for (SourceFile file : found.files()) {
      findings.look(file, options);
    }
    if (!findings.anyRow && findings.problems.isEmpty()) {
      findings.problems.add(
          new FileProblemException(
              options.path() + ": there is no row in it", "Check the path and what wrote it"));
    }
    return new InputCheck(
        found.files(),
        found.skipped(),
        findings.rows,
        List.copyOf(findings.fields),
        findings.allFields,
        findings.typed ? findings.types : Map.of(),
        findings.problems);
  }

  /**
   * The type that holds the values of a field in all files.
   *
   * @return empty if the files tell no types, or do not have the field
   * @throws FileProblemException if there is no such type
   */
  public Optional<StoredType> type(String field) throws FileProblemException {
    StoredType joined = null;
    String first = "";
    for (Map.Entry<StoredType, String> seen : types.getOrDefault(field, Map.of()).entrySet()) {
      if (joined == null) {
        joined = seen.getKey();
        first = seen.getValue();
      } else {
        Optional<StoredType> wider = joined.join(seen.getKey());
        if (wider.isEmpty()) {
          throw new FileProblemException(
              "the field \"%s\" is %s in %s and %s in %s"
                  .formatted(field, joined, first, seen.getKey(), seen.getValue()),
              "Write all files with one type of the field");
        }
        joined = wider.get();
      }
    }
    return Optional.ofNullable(joined);
  }

  private static final class Findings {
    private final Set<String> fields = new LinkedHashSet<>();
    private final Map<String, Map<StoredType, String>> types = new LinkedHashMap<>();
    private final List<FileProblemException> problems = new ArrayList<>();
    private boolean typed = true;
    private OptionalLong rows = OptionalLong.of(0);
    private boolean anyRow;
    private boolean allFields = true;
    private long left = LOOKED_AT_BYTES;

    void look(SourceFile file, ReadOptions options) {
      try {
        if (file.format() == InputFormat.PARQUET) {
          lookAtFooter(file, options);
        } else {
          lookAtRows(file, options);
        }
      } catch (IOException e) {
        problems.add(FileProblemException.unreadable(file.path(), e));
      }
    }

    private void lookAtFooter(SourceFile file, ReadOptions options) throws IOException {
      Storage storage = options.storage().open(file.path());
      try (var reader = ParquetFile.open(file.path(), storage.input(file.path()))) {
        long count = reader.rows();
        anyRow |= count > 0;
        rows = rows.isPresent() ? OptionalLong.of(rows.getAsLong() + count) : rows;
        MessageType schema = reader.schema();
        ParquetScalars.checkSupported(file.path(), schema);
        for (Type field : schema.getFields()) {
          fields.add(field.getName());
          types
              .computeIfAbsent(field.getName(), name -> new LinkedHashMap<>())
              .putIfAbsent(StoredType.of(field), file.path());
        }
        for (String field : options.idFields()) {
          checkId(file.path(), field, schema, options);
        }
      }
    }

    private static void checkId(String path, String field, MessageType schema, ReadOptions options)
        throws FileProblemException {
      if (!schema.containsField(field)) {
        List<String> columns = schema.getFields().stream().map(Type::getName).toList();
        throw new FileProblemException(
            path + ": " + RowMaker.missing(field, columns),
            "Name a field as id that every file has");
      }
      Type type = schema.getType(field);
      if (!type.isPrimitive() || type.isRepetition(Type.Repetition.REPEATED)) {
        throw new FileProblemException(
            "%s: the id field \"%s\" has lists or objects, not single values"
                .formatted(path, field),
            "Name a field of single values as id");
      }
      if (options.integerIds() && !ParquetScalars.mayBeInteger(type.asPrimitiveType())) {
        throw new FileProblemException(
            "%s: the id field \"%s\" is %s, whose values are no integers of 64 bits"
                .formatted(path, field, StoredType.of(type)),
            "Name a field of integers as id, or leave out that ids are integers");
      }
    }

    private void lookAtRows(SourceFile file, ReadOptions options) throws IOException {
      rows = OptionalLong.empty();
      typed = false;
      try (RowReader reader = RowReader.open(InputSplit.whole(file), options)) {
        fields.addAll(reader.columns());
        Optional<Row> row = reader.next();
        anyRow |= row.isPresent();
        while (row.isPresent()) {
          fields.addAll(row.get().fields().keySet());
          if (reader.position() > left) {
            allFields &= file.format() == InputFormat.CSV;
            break;
          }
          row = reader.next();
        }
        left = Math.max(0, left - reader.position());
      }
    }
  }
}
