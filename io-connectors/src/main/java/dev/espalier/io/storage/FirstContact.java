package dev.espalier.io.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.HashSet;
import java.util.ServiceConfigurationError;
import java.util.Set;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Asks a storage for the first time. Its client would try again for many minutes where nothing
 * answers, as it should while a job runs. Thread-safe.
 */
final class FirstContact {
  private record Place(StorageOptions options, String scheme, String authority) {}

  private static final Set<Place> ANSWERED = new HashSet<>(); // guarded by the class

  private FirstContact() {}

  /**
   * @throws dev.espalier.io.FileProblemException if it does not answer, or refuses
   */
  static void of(StorageOptions options, String path) throws IOException {
    try {
      Path place = new Path(path);
      URI uri = place.toUri();
      if (uri.getAuthority() == null) {
        return; // fs.defaultFS says which; opening it finds out
      }
      Place asked = new Place(options, uri.getScheme(), uri.getAuthority());
      synchronized (FirstContact.class) {
        if (ANSWERED.contains(asked)) {
          return;
        }
        ask(options, place, uri);
        ANSWERED.add(asked);
      }
    } catch (IOException | RuntimeException | LinkageError | ServiceConfigurationError e) {
      throw StorageFault.ofContact(path, StorageOptions.unusable(path, e));
    }
  }

  private static void ask(StorageOptions options, Path place, URI uri) throws IOException {
    try (FileSystem fileSystem = OpenFileSystems.openImpatiently(options, uri)) {
      try {
        var unused = fileSystem.getFileStatus(place);
      } catch (FileNotFoundException e) {
        if (StorageFault.isMissingContainer(e)) {
          throw e;
        } // else nothing is there yet
      } catch (IOException e) {
        tellMore(fileSystem, place, e);
        throw e;
      }
    }
  }

  /**
   * S3 does not say why it refuses to tell of an object; why it refuses to list it does.
   *
   * @throws IOException what it says, if it does
   */
  private static void tellMore(FileSystem fileSystem, Path place, IOException failure)
      throws IOException {
    if (StorageFault.isBare(failure)) {
      try {
        var unused = fileSystem.listStatusIterator(place).hasNext();
      } catch (FileNotFoundException e) {
        return; // it was asked too late
      }
    }
  }
}
