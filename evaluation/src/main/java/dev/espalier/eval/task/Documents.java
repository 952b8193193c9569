package dev.espalier.eval.task;

import dev.espalier.io.FileProblemException;
import dev.espalier.io.read.InputFormat;
import dev.espalier.io.read.ReadOptions;
import dev.espalier.io.read.RecordScan;
import dev.espalier.io.snapshot.Snapshots;
import dev.espalier.io.storage.StorageOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the documents of splits from files. Immutable. */
final class Documents {
  private static final Map<String, InputFormat> FORMATS =
      Map.of("json", InputFormat.JSONL, "csv", InputFormat.CSV, "parquet", InputFormat.PARQUET);

  private final DataMapping mapping;
  private final StorageOptions storage;

  Documents(DataMapping mapping, StorageOptions storage) {
    this.mapping = mapping;
    this.storage = storage;
  }

  /**
   * All documents of a split, in the order of the files.
   *
   * @throws TaskException if the split has no files, or one of them cannot be read
   */
  List<Map<String, Object>> read(TaskConfig task, String split) throws TaskException {
    Optional<List<String>> mapped = mapping.paths(task, split);
    Optional<InputFormat> format =
        task.datasetPath().map(FORMATS::get).filter(known -> mapped.isEmpty());
    List<String> paths =
        mapped.or(() -> ofKwargs(task, split)).orElseThrow(() -> missing(task, split));
    List<Map<String, Object>> json = new ArrayList<>();
    List<Map<String, Object>> documents = new ArrayList<>();
    for (String path : paths) {
      List<Map<String, Object>> rows = new ArrayList<>();
      try {
        ReadOptions options =
            ReadOptions.of(Snapshots.inputToRead(path, storage))
                .withStorage(storage)
                .withPythonTexts();
        if (format.isPresent()) {
          options = options.withFormat(format.get());
        }
        RecordScan.forEach(options, row -> rows.add(row.fields()));
      } catch (FileProblemException e) {
        throw new TaskException(task.name(), e.problem(), e.remedy());
      } catch (IOException e) {
        throw new TaskException(task.name(), path + ": " + e.getMessage(), "check the file");
      }
      InputFormat read = format.or(() -> InputFormat.ofName(path)).orElse(InputFormat.PARQUET);
      documents.addAll(read == InputFormat.CSV ? CsvTypes.inferred(rows) : rows);
      if (read == InputFormat.JSONL) {
        json.addAll(rows);
      }
    }
    if (documents.isEmpty()) {
      throw new TaskException(
          task.name(), "the split " + split + " has no document", "check its files");
    }
    return json.isEmpty() ? documents : JsonTypes.joined(documents);
  }

  /** The files that a data set of plain files names in {@code dataset_kwargs}. */
  private static Optional<List<String>> ofKwargs(TaskConfig task, String split) {
    Object files = task.datasetKwargs().get("data_files");
    if (files == null || task.datasetPath().map(FORMATS::get).isEmpty()) {
      return Optional.empty();
    }
    if (files instanceof Map<?, ?> map) {
      return Optional.ofNullable(map.get(split)).map(Documents::texts);
    }
    return split.equals("train") ? Optional.of(texts(files)) : Optional.empty();
  }

  private static List<String> texts(Object value) {
    List<String> texts = new ArrayList<>();
    for (Object item : value instanceof List<?> list ? list : List.of(value)) {
      texts.add(String.valueOf(item));
    }
    return texts;
  }

  private static TaskException missing(TaskConfig task, String split) {
    String set =
        task.datasetPath().orElse("(no dataset_path)")
            + task.datasetName().map(name -> "/" + name).orElse("");
    return new TaskException(
        task.name(),
        "the split " + split + " of the data set " + set + " has no files; nothing is downloaded",
        "name them under `data:`, such as `" + set + ": {" + split + ": PATH}`");
  }
}
