package dev.espalier.jobs;

import dev.espalier.io.lock.ClusterJob;
import dev.espalier.io.lock.PlaceLock;
import dev.espalier.io.snapshot.Snapshots;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.io.table.Manifest;
import dev.espalier.io.table.TableLayout;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier status}. */
@Command(
    name = "status",
    description = "Says where a job on a Flink cluster stands: its state, its stages, their rows.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private StorageSettings settings = new StorageSettings();

  @Parameters(
      paramLabel = "JOBID|OUTPUT",
      description = "The id that a submission printed, or the directory of the table.")
  private String subject;

  @Option(
      names = "--flink-master",
      paramLabel = "HOST:PORT",
      description = "The cluster of a job id; by default that of FLINK_CONF_DIR.")
  private String master = FlinkCluster.AUTO;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    if (subject.matches("[0-9a-f]{32}")) {
      return show(subject, cluster(), out);
    }
    StorageOptions storage = settings.options();
    storage.contact(subject);
    Optional<ClusterJob> job = PlaceLock.holdingJob(storage, new TableLayout(subject).lock());
    if (job.isPresent()) {
      return show(job.get().id(), FlinkCluster.at(job.get().cluster()), out);
    }
    return showTable(storage, out);
  }

  private FlinkCluster cluster() throws ConfigurationException {
    if (!master.equals(FlinkCluster.AUTO) && !master.matches(JobFileReader.HOST_AND_PORT)) {
      throw new ConfigurationException(
          "espalier status",
          "--flink-master is " + master,
          "write host:port, such as jobmanager:8081");
    }
    return FlinkCluster.of(new JobFile.Runner("flink", Optional.of(master), 1)).orElseThrow();
  }

  private int show(String id, FlinkCluster cluster, PrintWriter out)
      throws InterruptedException, ConfigurationException {
    cluster.contact();
    Optional<FlinkJobState> found = cluster.state(id);
    if (found.isEmpty()) {
      throw new ConfigurationException(
          "espalier status",
          "the cluster does not know the job " + id,
          "look for its table; a JobManager that was started anew has forgotten its jobs");
    }
    FlinkJobState job = found.get();
    out.printf(
        Locale.ROOT, "%s: %s, %s%n", job.name(), job.state(), Figures.duration(job.seconds()));
    job.waitsFor().ifPresent(what -> out.println("    it waits for " + what));
    for (FlinkJobState.Vertex vertex : job.vertices()) {
      out.printf(
          Locale.ROOT,
          "    %-9s %3d × %s: %d in, %d out%n",
          vertex.state(),
          vertex.parallelism(),
          vertex.name(),
          vertex.read(),
          vertex.written());
    }
    out.flush();
    return Espalier.DONE;
  }

  private int showTable(StorageOptions storage, PrintWriter out)
      throws IOException, ConfigurationException {
    Optional<Manifest> table = Manifest.read(Snapshots.pathToRead(subject, storage), storage);
    if (table.isEmpty()) {
      throw new ConfigurationException(
          "espalier status",
          PlainUrls.in(subject) + " holds no table, and no job on a cluster writes there",
          "name the id of a job, or the output of one");
    }
    out.printf(
        Locale.ROOT,
        "%s is complete: %s, %d failed%n",
        PlainUrls.in(subject),
        Figures.count(table.get().rows(), "row"),
        table.get().failedRows());
    out.flush();
    return Espalier.DONE;
  }
}
