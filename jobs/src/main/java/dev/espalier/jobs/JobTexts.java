package dev.espalier.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.program.source.InvalidProgramException;
import dev.espalier.program.source.ProgramFile;
import dev.espalier.row.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the files of a job hold: the job file, and its program with all that it calls. Immutable.
 *
 * @param job text of the job file
 * @param program name of the program's file; empty of a program in Java
 * @param programs texts of the program's files by path, relative to its directory
 */
record JobTexts(String job, String program, SortedMap<String, String> programs) {
  private static final ObjectMapper JSON = new ObjectMapper();

  JobTexts {
    programs = new TreeMap<>(programs == null ? Map.of() : programs);
  }

  /**
   * What was read.
   *
   * @param texts empty if something could not be read
   */
  record Reading(Optional<JobTexts> texts, List<Problem> problems) {}

  /** Reads the files as they are now, and finds what is wrong with each by itself. */
  static Reading read(JobCall call) {
    Path file = Path.of(call.job().file());
    JobFile.Reading reading;
    String text;
    try {
      reading = call.reading(Optional.empty());
      text = Files.readString(file);
    } catch (ConfigurationException e) {
      return new Reading(Optional.empty(), e.problems());
    } catch (IOException e) {
      Problem problem = new Problem(file.toString(), "cannot be read", "check the file");
      return new Reading(Optional.empty(), List.of(problem));
    }
    List<Problem> problems = new ArrayList<>(reading.problems());
    String program = reading.job().map(JobFile::program).orElse("");
    if (!program.endsWith(".yaml") && !program.endsWith(".yml")) {
      JobTexts texts = new JobTexts(text, "", new TreeMap<>());
      return new Reading(reading.job().map(job -> texts), problems);
    }
    try {
      ProgramFile read = ProgramFile.read(Path.of(program));
      return new Reading(Optional.of(new JobTexts(text, read.name(), read.texts())), problems);
    } catch (InvalidProgramException e) {
      problems.addAll(e.problems());
      return new Reading(Optional.empty(), problems);
    }
  }

  /** The files of the program where they are now; none if the job file cannot be read. */
  List<Path> files(JobCall call) {
    try {
      Optional<JobFile> file = call.reading(Optional.empty()).job();
      if (file.isEmpty() || program.isEmpty()) {
        return List.of();
      }
      Path directory = Path.of(file.get().program()).toAbsolutePath().getParent();
      return programs.keySet().stream().map(directory::resolve).toList();
    } catch (ConfigurationException e) {
      return List.of();
    }
  }

  /**
   * Writes the program below a directory.
   *
   * @return the program's file; none of a program in Java
   */
  Optional<Path> writeProgram(Path directory) throws IOException {
    if (program.isEmpty()) {
      return Optional.empty();
    }
    for (Map.Entry<String, String> text : programs.entrySet()) {
      Path file = directory.resolve(text.getKey());
      Files.createDirectories(file.getParent());
      Files.writeString(file, text.getValue());
    }
    return Optional.of(directory.resolve(program));
  }

  byte[] json() {
    try {
      return JSON.writeValueAsBytes(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts are always JSON", e);
    }
  }

  /** Empty if it is no such JSON. */
  static Optional<JobTexts> parse(byte[] json) throws IOException {
    try {
      return Optional.ofNullable(JSON.readValue(json, JobTexts.class));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
