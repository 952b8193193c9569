package dev.espalier.jobs.schedule;

import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOutput;
import dev.espalier.io.storage.StoredFile;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.parquet.io.InputFile;

/** A storage whose process ends before or after one of its writes. */
final class CrashingStorage implements Storage {

  /** The end of a process: nothing catches it. */
  static final class Killed extends Error {}

  private final Storage storage;
  private int writesLeft = Integer.MAX_VALUE;
  private boolean before;
  private boolean failing;

  CrashingStorage(Storage storage) {
    this.storage = storage;
  }

  /** Ends the process at a write to come, counted from 1. */
  void killAt(int write, boolean beforeIt) {
    writesLeft = write;
    before = beforeIt;
  }

  /** Whether writes fail until it is said otherwise. */
  void failing(boolean value) {
    failing = value;
  }

  private interface Write {
    void perform() throws IOException;
  }

  private void write(Write write) throws IOException {
    if (failing) {
      throw new IOException("the storage does not answer");
    }
    boolean last = --writesLeft <= 0;
    if (last && before) {
      throw new Killed();
    }
    write.perform();
    if (last) {
      throw new Killed();
    }
  }

  @Override
  public boolean createIfAbsent(String path, byte[] content) throws IOException {
    boolean[] made = new boolean[1];
    write(() -> made[0] = storage.createIfAbsent(path, content));
    return made[0];
  }

  @Override
  public void write(String path, byte[] content) throws IOException {
    write(() -> storage.write(path, content));
  }

  @Override
  public void delete(String path) throws IOException {
    write(() -> storage.delete(path));
  }

  @Override
  public StorageOutput create(String path) throws IOException {
    StorageOutput[] out = new StorageOutput[1];
    write(() -> out[0] = storage.create(path));
    return out[0];
  }

  @Override
  public void replace(String from, String to) throws IOException {
    write(() -> storage.replace(from, to));
  }

  @Override
  public boolean hasDirectories() {
    return storage.hasDirectories();
  }

  @Override
  public Optional<StoredFile> find(String path) throws IOException {
    return storage.find(path);
  }

  @Override
  public List<StoredFile> list(String directory) throws IOException {
    return storage.list(directory);
  }

  @Override
  public InputFile input(String path) throws IOException {
    return storage.input(path);
  }

  @Override
  public OptionalLong modifiedMillis(String path) throws IOException {
    return storage.modifiedMillis(path);
  }
}
