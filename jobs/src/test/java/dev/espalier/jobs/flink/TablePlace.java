package dev.espalier.jobs.flink;

import dev.espalier.io.storage.MiniHdfs;
import dev.espalier.io.storage.S3Server;
import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.io.storage.StoredFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.parquet.io.InputFile;

/**
 * Where tables lie, and how a command reaches it.
 *
 * @param root directory of all tables
 */
public record TablePlace(String root, StorageOptions options) {
  public static TablePlace local(Path directory) {
    return new TablePlace(directory.toString(), StorageOptions.defaults());
  }

  public static TablePlace on(S3Server s3) {
    return new TablePlace("s3a://" + S3Server.BUCKET, new StorageOptions(s3.settings()));
  }

  public static TablePlace on(MiniHdfs hdfs) {
    return new TablePlace(hdfs.path("/tables"), hdfs.options());
  }

  public String at(String name) {
    return root + "/" + name;
  }

  /** What a command gets, besides the paths. */
  public List<String> words() {
    List<String> words = new ArrayList<>();
    options
        .hadoopProperties()
        .forEach((name, value) -> words.addAll(List.of("-D", name + "=" + value)));
    return words;
  }

  /** Puts the files of a directory there. */
  public void upload(Path directory, String name) throws IOException {
    Storage storage = options.open(root);
    try (var files = Files.list(directory)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        storage.write(at(name) + "/" + file.getFileName(), Files.readAllBytes(file));
      }
    }
  }

  /** The lengths of all files in a directory, by their paths below it; empty if there is none. */
  public SortedMap<String, Long> files(String name) throws IOException {
    SortedMap<String, Long> files = new TreeMap<>();
    add(options.open(root), at(name), "", files);
    return files;
  }

  private static void add(Storage storage, String directory, String prefix, Map<String, Long> files)
      throws IOException {
    List<StoredFile> found;
    try {
      found = storage.list(directory);
    } catch (FileNotFoundException | NoSuchFileException e) {
      return; // though it may be there by now
    } catch (IOException e) {
      if (storage.find(directory).isPresent()) {
        throw e;
      }
      return;
    }
    for (StoredFile file : found) {
      if (file.directory()) {
        add(storage, file.path(), prefix + file.name() + "/", files);
      } else {
        files.put(prefix + file.name(), file.length());
      }
    }
  }

  public byte[] bytes(String name) throws IOException {
    InputFile file = options.open(root).input(at(name));
    try (InputStream in = file.newStream()) {
      return in.readNBytes(Math.toIntExact(file.getLength()));
    }
  }
}
