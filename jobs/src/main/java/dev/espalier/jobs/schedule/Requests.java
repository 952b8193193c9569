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
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests of commands in other processes: each a file, which the scheduler removes when the log
 * says that it was met. Any number of processes may ask.
 */
public record Requests(Storage storage, String directory) {
  private static final Logger LOG = LoggerFactory.getLogger(Requests.class);
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
          Optional<Request> request = request(in.readAllBytes());
          if (request.filter(one -> file.name().equals(one.id() + SUFFIX)).isPresent()) {
            requests.add(request.get());
          } else {
            LOG.warn("{} is no request: it is removed", file.path());
            storage.delete(file.path());
          }
        } catch (NoSuchFileException | FileNotFoundException e) {
          // Met meanwhile.
        }
      }
    }
    requests.sort(Comparator.comparingLong(Request::time).thenComparing(Request::id));
    return requests;
  }

  /** None if it was not written by {@link #ask}. */
  private static Optional<Request> request(byte[] json) throws IOException {
    try {
      return Optional.ofNullable(JSON.readValue(json, Request.class)).filter(Requests::isWhole);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static boolean isWhole(Request request) {
    try {
      request.at().forEach(RunNames::instant);
    } catch (IllegalArgumentException e) {
      return false;
    }
    return request.kind() != null && request.job() != null;
  }

  public void remove(String id) throws IOException {
    storage.delete(Storage.child(directory, id + SUFFIX));
  }
}
