package dev.espalier.jobs;

import dev.espalier.io.FileProblemException;
import dev.espalier.io.lock.ClusterJob;
import dev.espalier.io.lock.LockHeldException;
import dev.espalier.io.lock.PlaceLock;
import dev.espalier.io.snapshot.Snapshot;
import dev.espalier.io.snapshot.Snapshots;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.io.table.OutputCheck;
import dev.espalier.io.table.TableLayout;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code espalier snapshots}. */
@Command(
    name = "snapshots",
    description = "Lists the snapshots of a table, compares, restores and removes them.",
    mixinStandardHelpOptions = true,
    subcommands = {
      SnapshotsCommand.Diff.class,
      SnapshotsCommand.Restore.class,
      SnapshotsCommand.Expire.class
    })
final class SnapshotsCommand implements Callable<Integer> {
  private static final String ANOTHER =
      "espalier refresh makes another, restore N takes one of these";
  private static final Pattern PERIOD = Pattern.compile("(\\d{1,6})([smhd])");

  @Spec private CommandSpec spec;
  @Mixin private StorageSettings settings = new StorageSettings();

  @Parameters(paramLabel = "TABLE", description = "Directory of the table.")
  private String table;

  @Option(names = "--path", description = "Prints the path of the current snapshot, for readers.")
  private boolean path;

  @Override
  public Integer call() throws Exception {
    Snapshots snapshots = snapshots();
    if (path) {
      PrintWriter out = out();
      int current = current(snapshots);
      failUnlessWhole(snapshots, current);
      out.println(snapshots.layout().snapshot(current));
      out.flush();
      return Espalier.DONE;
    }
    List<Snapshot> all = snapshots.all();
    if (all.isEmpty()) {
      var unused = current(snapshots); // says that there are none, or what is wrong
    }
    int current = 0;
    String none = "none is current: " + ANOTHER;
    try {
      current = snapshots.current().orElse(0);
      if (current != 0) {
        none = "CURRENT names snapshot " + current + ", unknown here: " + ANOTHER;
      }
    } catch (FileProblemException e) {
      none = PlainUrls.in(e.problem()) + ": restore N makes one of these current";
    }
    list(all, current, none);
    return Espalier.DONE;
  }

  /**
   * @param none what is said if none of them is current
   */
  private void list(List<Snapshot> all, int current, String none) {
    PrintWriter out = out();
    out.printf(
        Locale.ROOT,
        "%-10s %-20s %-9s %10s %8s %8s %8s %8s%n",
        "snapshot",
        "made",
        "by",
        "rows",
        "failed",
        "new",
        "changed",
        "deleted");
    for (Snapshot snapshot : all) {
      out.printf(
          Locale.ROOT,
          "%-10s %-20s %-9s %10d %8d %8d %8d %8d%n",
          (snapshot.number() == current ? "* " : "  ") + snapshot.number(),
          snapshot.made().replaceAll("\\.\\d+Z$", "Z"),
          snapshot.by(),
          snapshot.rows(),
          snapshot.failed(),
          snapshot.added(),
          snapshot.changed(),
          snapshot.deleted());
      if (snapshot.undecided()) {
        out.println("             not decided yet whether it becomes current");
      }
      snapshot.failedChecks().forEach(check -> out.println("             check failed: " + check));
    }
    if (all.stream().noneMatch(snapshot -> snapshot.number() == current)) {
      out.println(none);
    }
    out.flush();
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private Snapshots snapshots() throws IOException, ConfigurationException {
    StorageOptions storage = settings.options();
    storage.contact(table);
    return Snapshots.of(table, storage);
  }

  private int current(Snapshots snapshots) throws IOException, ConfigurationException {
    OptionalInt current = snapshots.current();
    if (current.isEmpty()) {
      boolean any = !snapshots.all().isEmpty();
      throw new ConfigurationException(
          "espalier snapshots",
          PlainUrls.in(table) + (any ? " has no current snapshot" : " has no snapshots"),
          any
              ? "espalier refresh makes one, restore N takes another: " + numbers(snapshots)
              : "espalier refresh makes them");
    }
    return current.getAsInt();
  }

  private static String numbers(Snapshots snapshots) throws IOException {
    List<String> there =
        snapshots.all().stream().map(known -> Integer.toString(known.number())).toList();
    return there.isEmpty() ? "there is none" : "there are " + String.join(", ", there);
  }

  private void failUnlessWhole(Snapshots snapshots, int number)
      throws IOException, ConfigurationException {
    String path = snapshots.layout().snapshot(number);
    if (!OutputCheck.isWhole(path, settings.options())) {
      throw new ConfigurationException(
          "espalier snapshots",
          PlainUrls.in(path) + " is not there, or files of it are gone",
          "espalier refresh makes another, restore N takes another: " + numbers(snapshots));
    }
  }

  private Snapshot find(Snapshots snapshots, int number)
      throws IOException, ConfigurationException {
    Optional<Snapshot> found = snapshots.find(number);
    if (found.isEmpty()) {
      throw new ConfigurationException(
          "espalier snapshots",
          PlainUrls.in(table) + " has no snapshot " + number,
          numbers(snapshots));
    }
    return found.get();
  }

  private interface Work {
    void run(long fence) throws IOException, ConfigurationException;
  }

  /** Does something as the owner of the place. */
  private void owning(Work work) throws IOException, ConfigurationException {
    boolean flink = FlinkLibraries.arePresent();
    PlaceLock.Taker taker =
        new PlaceLock.Taker(
            Optional.empty(), flink ? FlinkCluster::stateOf : other -> ClusterJob.State.PRESENT);
    String lock = new TableLayout(table).lock();
    try (PlaceLock held = PlaceLock.acquire(settings.options(), lock, taker)) {
      work.run(held.number());
    } catch (LockHeldException e) {
      throw new ConfigurationException(table, e.problem(), e.remedy());
    }
  }

  /** A period such as {@code 36h}, {@code 7d} or {@code P7D}. */
  private static Duration period(String option, String text) throws ConfigurationException {
    Matcher matcher = PERIOD.matcher(text);
    if (matcher.matches()) {
      long number = Long.parseLong(matcher.group(1));
      return switch (matcher.group(2)) {
        case "s" -> Duration.ofSeconds(number);
        case "m" -> Duration.ofMinutes(number);
        case "h" -> Duration.ofHours(number);
        default -> Duration.ofDays(number);
      };
    }
    try {
      Duration period = Duration.parse(text);
      if (!period.isNegative()) {
        return period;
      }
    } catch (DateTimeParseException e) {
      // Said below, as a negative one is.
    }
    throw new ConfigurationException(
        "espalier snapshots", option + " is " + text, "write a period such as 36h or 7d");
  }

  /** {@code espalier snapshots TABLE diff}. */
  @Command(
      name = "diff",
      description = "Counts the rows and the columns in which two snapshots differ.",
      mixinStandardHelpOptions = true)
  static final class Diff implements Callable<Integer> {
    @ParentCommand private SnapshotsCommand parent;

    @Parameters(index = "0", paramLabel = "FROM", description = "Number of a snapshot.")
    private int from;

    @Parameters(
        index = "1",
        arity = "0..1",
        paramLabel = "TO",
        description = "Number of another; by default the current one.")
    private Integer to;

    @Option(
        names = "--rows",
        paramLabel = "N",
        defaultValue = "10",
        description = "Keys to show of each kind; ${DEFAULT-VALUE} unless given.")
    private int shown;

    @Override
    public Integer call() throws Exception {
      Snapshots snapshots = parent.snapshots();
      int other = to == null ? parent.current(snapshots) : to;
      parent.find(snapshots, from);
      parent.find(snapshots, other);
      SnapshotDiff diff =
          SnapshotDiff.of(
              snapshots.layout().snapshot(from),
              snapshots.layout().snapshot(other),
              parent.settings.options(),
              Math.max(0, shown));
      parent.out().print(diff.text(from, other));
      parent.out().flush();
      return Espalier.DONE;
    }
  }

  /** {@code espalier snapshots TABLE restore}. */
  @Command(
      name = "restore",
      description = "Makes another snapshot the current one. None is changed or removed.",
      mixinStandardHelpOptions = true)
  static final class Restore implements Callable<Integer> {
    @ParentCommand private SnapshotsCommand parent;

    @Parameters(paramLabel = "NUMBER", description = "Number of the snapshot.")
    private int number;

    @Override
    public Integer call() throws Exception {
      Snapshots snapshots = parent.snapshots();
      parent.find(snapshots, number);
      parent.owning(
          fence -> {
            snapshots.tidyToRestore();
            parent.find(snapshots, number); // others may have removed it
            parent.failUnlessWhole(snapshots, number);
            snapshots.switchTo(number, fence);
          });
      parent.out().println("snapshot " + number + " is current");
      parent.out().flush();
      return Espalier.DONE;
    }
  }

  /** {@code espalier snapshots TABLE expire}. */
  @Command(
      name = "expire",
      description =
          "Removes old snapshots: never the current one, the newest, nor one that readers may still"
              + " be at.",
      mixinStandardHelpOptions = true)
  static final class Expire implements Callable<Integer> {
    @ParentCommand private SnapshotsCommand parent;

    @Option(
        names = "--keep",
        paramLabel = "N",
        defaultValue = "10",
        description = "The last N stay, the current one among them; ${DEFAULT-VALUE} unless given.")
    private int keep;

    @Option(
        names = "--age",
        paramLabel = "PERIOD",
        defaultValue = "7d",
        description = "Younger ones stay; ${DEFAULT-VALUE} unless given.")
    private String age;

    @Option(
        names = "--grace",
        paramLabel = "PERIOD",
        defaultValue = "1d",
        description =
            "One that was replaced less long ago stays for its readers; ${DEFAULT-VALUE} unless"
                + " given.")
    private String grace;

    @Option(names = "--dry-run", description = "Only says which would go.")
    private boolean dryRun;

    @Override
    public Integer call() throws Exception {
      if (keep < 1) {
        throw new ConfigurationException(
            "espalier snapshots", "--keep is " + keep, "write a whole number of at least 1");
      }
      Duration oldest = period("--age", age);
      Duration reading = period("--grace", grace);
      Snapshots snapshots = parent.snapshots();
      parent.current(snapshots);
      if (dryRun) {
        remove(snapshots, snapshots.expired(keep, oldest, reading, Instant.now()));
      } else {
        parent.owning(
            fence -> remove(snapshots, snapshots.expired(keep, oldest, reading, Instant.now())));
      }
      return Espalier.DONE;
    }

    private void remove(Snapshots snapshots, List<Snapshot> expired) throws IOException {
      PrintWriter out = parent.out();
      for (Snapshot snapshot : expired) {
        if (!dryRun) {
          snapshots.remove(snapshot.number());
        }
        out.println((dryRun ? "would remove " : "removed ") + snapshot.number());
      }
      if (expired.isEmpty()) {
        out.println("nothing to remove");
      }
      out.flush();
    }
  }
}
