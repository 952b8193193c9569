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
 * What the files of a job hold: the job file, its program and its judge with all that they call.
 * Immutable.
 *
 * @param of whose they are: the job file, and the settings that name programs
 * @param job text of the job file
 * @param program name of the program's file; empty of a program in Java
 * @param programs texts of the program's files by path, relative to its directory
 * @param judge name of the file of {@code checks.judge}; empty if there is none, or it is in Java
 * @param judges texts of its files, in the same way
 */
record JobTexts(
    List<String> of,
    String job,
    String program,
    SortedMap<String, String> programs,
    String judge,
    SortedMap<String, String> judges) {
  private static final ObjectMapper JSON = new ObjectMapper();

  JobTexts {
    of = of == null ? List.of() : List.copyOf(of);
    programs = new TreeMap<>(programs == null ? Map.of() : programs);
    judge = judge == null ? "" : judge;
    judges = new TreeMap<>(judges == null ? Map.of() : judges);
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
      reading = call.reading(List.of());
      text = Files.readString(file);
    } catch (ConfigurationException e) {
      return new Reading(Optional.empty(), e.problems());
    } catch (IOException e) {
      Problem problem = new Problem(file.toString(), "cannot be read", "check the file");
      return new Reading(Optional.empty(), List.of(problem));
    }
    List<Problem> problems = new ArrayList<>(reading.problems());
    if (reading.job().isEmpty()) {
      return new Reading(Optional.empty(), problems);
    }
    Optional<Program> program = Program.read(reading.job().get().program(), problems);
    Optional<Program> judge = Program.read(judgeOf(reading.job().get()), problems);
    if (program.isEmpty() || judge.isEmpty()) {
      return new Reading(Optional.empty(), problems);
    }
    JobTexts texts =
        new JobTexts(
            of(call),
            text,
            program.get().name(),
            program.get().texts(),
            judge.get().name(),
            judge.get().texts());
    return new Reading(Optional.of(texts), problems);
  }

  /** Whether these are, or were, the texts of this very job, whatever its name. */
  boolean areOf(JobCall call) {
    return of.equals(of(call));
  }

  private static List<String> of(JobCall call) {
    List<String> of = new ArrayList<>();
    of.add(Path.of(call.job().file()).toAbsolutePath().normalize().toString());
    call.job().settings().entrySet().stream()
        .filter(entry -> entry.getKey().equals("program") || entry.getKey().startsWith("checks"))
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .sorted()
        .forEach(of::add);
    return of;
  }

  private record Program(String name, SortedMap<String, String> texts) {

    /** Without a name if it is no file; empty if it cannot be read. */
    static Optional<Program> read(String path, List<Problem> problems) {
      if (!path.endsWith(".yaml") && !path.endsWith(".yml")) {
        return Optional.of(new Program("", new TreeMap<>()));
      }
      try {
        ProgramFile read = ProgramFile.read(Path.of(path));
        return Optional.of(new Program(read.name(), read.texts()));
      } catch (InvalidProgramException e) {
        problems.addAll(e.problems());
        return Optional.empty();
      }
    }
  }

  private static String judgeOf(JobFile job) {
    return job.checks().judge().map(Checks.Judge::program).orElse("");
  }

  /** The files of the programs where they are now; none if the job file cannot be read. */
  List<Path> files(JobCall call) {
    try {
      Optional<JobFile> file = call.reading(List.of()).job();
      List<Path> files = new ArrayList<>();
      if (file.isPresent() && !program.isEmpty()) {
        Path directory = Path.of(file.get().program()).toAbsolutePath().getParent();
        programs.keySet().stream().map(directory::resolve).forEach(files::add);
      }
      if (file.isPresent() && !judge.isEmpty()) {
        Path directory = Path.of(judgeOf(file.get())).toAbsolutePath().getParent();
        judges.keySet().stream().map(directory::resolve).forEach(files::add);
      }
      return files;
    } catch (ConfigurationException e) {
      return List.of();
    }
  }

  /**
   * Writes the program and the judge below a directory.
   *
   * @return settings of the job that name their files; none of programs in Java
   */
  List<String> writePrograms(Path directory) throws IOException {
    List<String> settings = new ArrayList<>();
    if (!program.isEmpty()) {
      Path file = write(programs, directory.resolve("program")).resolve(program);
      settings.add("program='" + file + "'");
    }
    if (!judge.isEmpty()) {
      Path file = write(judges, directory.resolve("judge")).resolve(judge);
      settings.add("checks.judge.program='" + file + "'");
    }
    return settings;
  }

  private static Path write(SortedMap<String, String> texts, Path directory) throws IOException {
    for (Map.Entry<String, String> text : texts.entrySet()) {
      Path file = directory.resolve(text.getKey());
      Files.createDirectories(file.getParent());
      Files.writeString(file, text.getValue());
    }
    return directory;
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
