package dev.espalier.jobs;

import dev.espalier.io.IoReason;
import dev.espalier.jobs.schedule.ScheduleSource;
import dev.espalier.jobs.schedule.file.Schedule;
import dev.espalier.jobs.schedule.file.ScheduleFile;
import dev.espalier.row.Problem;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A schedule file that may be replaced while it is followed. Not thread-safe. */
final class ScheduleFileSource implements ScheduleSource {
  private final Path file;
  private final List<String> commands;
  private Schedule current;
  private String seen;
  private Optional<String> notice = Optional.empty();

  private ScheduleFileSource(Path file, List<String> commands, String text, Schedule schedule) {
    this.file = file;
    this.commands = commands;
    this.seen = text;
    this.current = schedule;
  }

  /**
   * Reads a schedule file.
   *
   * @throws ConfigurationException with all that is wrong with it
   */
  static ScheduleFileSource open(Path file, List<String> commands) throws ConfigurationException {
    String text = text(file);
    ScheduleFile.Reading reading = ScheduleFile.read(file, text, commands);
    if (!reading.isGood()) {
      throw new ConfigurationException(reading.problems());
    }
    List<Problem> missing = missing(reading.schedule().orElseThrow());
    if (!missing.isEmpty()) {
      throw new ConfigurationException(missing);
    }
    return new ScheduleFileSource(file, commands, text, reading.schedule().orElseThrow());
  }

  /** Job files that are not there. */
  private static List<Problem> missing(Schedule schedule) {
    List<Problem> problems = new ArrayList<>();
    for (var job : schedule.jobs()) {
      if (!Files.isRegularFile(Path.of(job.file()))) {
        problems.add(
            new Problem(
                "jobs." + job.name() + (job.isSweep() ? ".sweep" : ".job"),
                "there is no such " + (job.isSweep() ? "sweep" : "job") + " file: " + job.file(),
                "name an existing file"));
      }
    }
    return problems;
  }

  private static String text(Path file) throws ConfigurationException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new ConfigurationException(
          file.toString(), "there is no such schedule file", "name an existing file");
    } catch (MalformedInputException e) {
      throw new ConfigurationException(file.toString(), "not UTF-8", "save the file as UTF-8");
    } catch (IOException e) {
      throw new ConfigurationException(
          file.toString(), "cannot be read: " + IoReason.of(e), "check that it is a readable file");
    }
  }

  @Override
  public Schedule current() {
    return current;
  }

  @Override
  public Optional<String> notice() {
    return notice;
  }

  @Override
  public void refresh() {
    String text;
    try {
      text = text(file);
    } catch (ConfigurationException e) {
      stays(e.problems());
      seen = null;
      return;
    }
    if (text.equals(seen)) {
      return;
    }
    ScheduleFile.Reading reading = ScheduleFile.read(file, text, commands);
    List<Problem> problems = new ArrayList<>(reading.problems());
    if (problems.isEmpty()) {
      problems.addAll(missing(reading.schedule().orElseThrow()));
    }
    if (problems.isEmpty() && !reading.schedule().orElseThrow().state().equals(current.state())) {
      problems.add(
          new Problem(
              file.toString(),
              "state is another directory",
              "start the scheduler again to move to it"));
    }
    if (problems.isEmpty()) {
      current = reading.schedule().orElseThrow();
      seen = text;
      notice = Optional.empty();
    } else {
      seen = null; // it may lie in what the schedule names, which may come
      stays(problems);
    }
  }

  private void stays(List<Problem> problems) {
    String more = problems.size() == 1 ? "" : " (and " + (problems.size() - 1) + " more)";
    notice =
        Optional.of(
            problems.get(0).location()
                + ": "
                + problems.get(0).message()
                + more
                + "; the last schedule that checks goes on");
  }
}
