package dev.espalier.jobs.schedule;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StoredFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Requests of commands in other processes: each a file, which the scheduler removes when the log
 * says that it was met. Any number of processes may ask.
 */
public record Requests(Storage storage, String directory) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SUFFIX = ".json";

  public void ask(Request request) throws IOException {
    storage.write(Storage.child(directory, request.id() + SUFFIX), JSON.writeValueAsBytes(request));
  }

  /** All that are there, the oldest first. */
  List<Request> all() throws IOException {
    List<Request> requests = new ArrayList<>();
    if (storage.find(directory).isEmpty()) {
      return requests;
    }
    for (StoredFile file : storage.list(directory)) {
      if (file.name().endsWith(SUFFIX)) {
        try (InputStream in = storage.input(file.path()).newStream()) {
          requests.add(JSON.readValue(in.readAllBytes(), Request.class));
        } catch (JsonProcessingException e) {
          storage.delete(file.path()); // none of ours
        } catch (NoSuchFileException | FileNotFoundException e) {
          // Met meanwhile.
        }
      }
    }
    requests.sort(Comparator.comparingLong(Request::time).thenComparing(Request::id));
    return requests;
  }

  public void remove(String id) throws IOException {
    storage.delete(Storage.child(directory, id + SUFFIX));
  }
}
