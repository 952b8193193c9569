package dev.espalier.jobs.schedule.file;

import dev.espalier.jobs.fields.Section;
import dev.espalier.row.Problem;
import dev.espalier.yaml.YamlDocument;
import dev.espalier.yaml.YamlMapping;
import dev.espalier.yaml.YamlReader;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads a schedule file, and finds all that is wrong with it. */
public final class ScheduleFile {
  private static final int MOST_JOBS = 2000;
  private static final int DEFAULT_PORT = 8085;
  private static final int MOST_HISTORY = 1000;
  private static final int MOST_RUNS = 1024;
  private static final int MOST_PORT = 65_535;

  private final Path file;
  private final Set<String> commands;

  private ScheduleFile(Path file, Set<String> commands) {
    this.file = file;
    this.commands = commands;
  }

  /**
   * A schedule as far as it could be read.
   *
   * @param schedule there even with problems, unless the text is no mapping at all
   */
  public record Reading(Optional<Schedule> schedule, List<Problem> problems) {
    public Reading {
      problems = List.copyOf(problems);
    }

    public boolean isGood() {
      return problems.isEmpty();
    }
  }

  /**
   * Reads the text of a schedule file.
   *
   * @param file that relative paths start from
   * @param commands what may be done with a job, by default the first
   */
  public static Reading read(Path file, String text, List<String> commands) {
    List<Problem> problems = new ArrayList<>();
    YamlDocument document = YamlReader.read(file.toString(), text);
    document
        .problems()
        .forEach(p -> problems.add(new Problem(p.place().toString(), p.message(), p.remedy())));
    if (document.root().isEmpty()) {
      return new Reading(Optional.empty(), problems);
    }
    if (!(document.root().get() instanceof YamlMapping root)) {
      problems.add(
          new Problem(
              document.root().get().place().toString(),
              "the file holds no mapping",
              "write fields such as `jobs: …`"));
      return new Reading(Optional.empty(), problems);
    }
    Section section = new Section("", root, root.place(), problems);
    ScheduleFile reader = new ScheduleFile(file, new LinkedHashSet<>(commands));
    return new Reading(Optional.of(reader.schedule(section)), problems);
  }

  private Schedule schedule(Section all) {
    String state = resolve(all, "state", all.string("state").orElse(name() + ".state"));
    ZoneId zone = zone(all, ZoneOffset.UTC);
    Section section = all.section("jobs");
    List<String> names = section.names();
    if (names.isEmpty()) {
      all.problem(
          "jobs",
          "jobs names no job",
          "write jobs by their names, such as `nightly: {job: job.yaml, cron: \"30 2 * * *\"}`");
    } else if (names.size() > MOST_JOBS) {
      all.problem("jobs", "jobs has " + names.size() + " jobs", "write at most " + MOST_JOBS);
    }
    List<ScheduledJob> jobs = new ArrayList<>();
    JobReader reader = new JobReader(commands, this::resolve);
    for (String name : names) {
      jobs.add(reader.read(name, section.section(name), section, zone));
    }
    new JobGraph(jobs, section).check();
    List<Hook> hooks = new HookReader(names).read(all);
    Section page = all.section("page");
    Schedule.Page shown =
        new Schedule.Page(
            Optional.of((int) page.integer("port", DEFAULT_PORT, 0, MOST_PORT))
                .filter(port -> port > 0),
            page.string("host").orElse("127.0.0.1"),
            page.string("files").map(path -> resolve(page, "files", path)));
    page.reportUnknown();
    Schedule schedule =
        new Schedule(
            name(),
            state,
            jobs,
            hooks,
            shown,
            devices(all.section("devices")),
            all.duration("engineIdle", Duration.ofMinutes(15)),
            (int) all.integer("history", 50, 1, MOST_HISTORY));
    all.reportUnknown();
    return schedule;
  }

  private Map<String, Integer> devices(Section section) {
    Map<String, Integer> devices = new LinkedHashMap<>();
    for (String device : section.names()) {
      devices.put(device, (int) section.integer(device, 1, 1, MOST_RUNS));
      if (!device.matches("cpu|cuda:(\\d{1,3}|\\*)|[^:/\\s]+:\\d{1,5}")) {
        section.problem(
            device,
            "devices has `" + device + "`",
            "write cpu, a GPU such as cuda:0, or a Flink master such as jobmanager:8081");
      }
    }
    section.reportUnknown();
    return devices;
  }

  static ZoneId zone(Section section, ZoneId otherwise) {
    Optional<String> zone = section.string("zone");
    try {
      return zone.map(ZoneId::of).orElse(otherwise);
    } catch (DateTimeException e) {
      section.problem(
          "zone",
          "there is no time zone `" + zone.get() + "`",
          "write one such as Europe/Berlin, America/New_York or UTC");
      return otherwise;
    }
  }

  private String name() {
    return file.getFileName().toString().replaceFirst("\\.ya?ml$", "");
  }

  private String resolve(Section section, String key, String path) {
    if (path.indexOf('\0') >= 0 || path.startsWith("~/")) {
      section.problem(
          key, "`" + path.replace("\0", "U+0000") + "` is no path", "write the whole path");
      return file.toString();
    }
    if (path.matches("[a-zA-Z][a-zA-Z0-9+.-]+:.*")) {
      return path;
    }
    return file.toAbsolutePath().getParent().resolve(path).normalize().toString();
  }
}
