package dev.espalier.jobs;

import dev.espalier.eval.SweepResults;
import dev.espalier.eval.page.ReportPage;
import dev.espalier.eval.page.SweepsOverTime;
import dev.espalier.io.storage.Storage;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.io.storage.StorageOutput;
import dev.espalier.io.storage.StoredFile;
import dev.espalier.jobs.view.ResultsFolder;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier report}. */
@Command(
    name = "report",
    description =
        "Writes the results of a sweep as one HTML file: scores, differences, curves, costs, and"
            + " the questions on which models differ. It needs nothing beside itself.",
    mixinStandardHelpOptions = true)
final class ReportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private StorageSettings settings = new StorageSettings();

  @Parameters(
      paramLabel = "SWEEP",
      arity = "1..*",
      description =
          "Folder that espalier eval wrote, or one that holds several such; of several results each"
              + " model is a line over time.")
  private List<String> sweeps;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where the page goes; report.html in the first SWEEP unless given.")
  private String output;

  @Option(
      names = "--cluster",
      paramLabel = "COLUMN",
      description = "Documents with equal values in this column go together.")
  private String cluster;

  @Option(
      names = "--last",
      paramLabel = "N",
      defaultValue = "10",
      description =
          "Of results that SWEEP has kept, the last N that differ; 1 is the latest alone."
              + " ${DEFAULT-VALUE} unless given.")
  private int last;

  @Override
  public Integer call() throws Exception {
    if (last < 1) {
      throw new ConfigurationException(
          "espalier report", "--last is " + last, "write a number from 1 on");
    }
    StorageOptions options = settings.options();
    ResultsFolder folders = new ResultsFolder(options);
    Map<String, SweepResults> opened = new LinkedHashMap<>();
    for (String sweep : sweeps) {
      opened.put(label(sweep), folders.open(sweep));
    }
    Map<String, SweepResults> days =
        opened.size() == 1 ? folders.days(sweeps.get(0), last) : opened;
    SweepResults results =
        days.size() < 2 ? opened.values().iterator().next() : new SweepsOverTime(days);
    String file = output == null ? Storage.child(sweeps.get(0), "report.html") : output;
    long bytes = write(results, options.open(file), file);
    PrintWriter out = spec.commandLine().getOut();
    out.println("wrote " + PlainUrls.in(file) + " (" + Figures.bytes(bytes) + ")");
    out.flush();
    return Espalier.DONE;
  }

  /** The last name of the path, or the whole of it if another has that name. */
  private String label(String path) {
    String plain = path.replaceAll("/+$", "");
    String name = plain.substring(plain.lastIndexOf('/') + 1);
    boolean alone =
        sweeps.stream().filter(other -> other.replaceAll("/+$", "").endsWith(name)).count() == 1;
    return alone && !name.isEmpty() ? name : path;
  }

  private long write(SweepResults results, Storage storage, String file) throws IOException {
    String aside = file + "." + UUID.randomUUID() + ".tmp";
    try {
      try (StorageOutput stored = storage.create(aside);
          OutputStream buffered = new BufferedOutputStream(stored, 1 << 16)) {
        ReportPage.write(results, ReportPage.options(Optional.ofNullable(cluster)), buffered);
      }
      storage.replace(aside, file);
    } finally {
      storage.delete(aside);
    }
    return storage.find(file).map(StoredFile::length).orElse(0L);
  }
}
