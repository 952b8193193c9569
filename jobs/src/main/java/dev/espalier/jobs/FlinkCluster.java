package dev.espalier.jobs;

import dev.espalier.io.IoReason;
import dev.espalier.io.lock.ClusterJob;
import dev.espalier.pipeline.RunMetrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.beam.runners.flink.metrics.FlinkMetricContainer;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.java.ExecutionEnvironment;
import org.apache.flink.api.java.io.DiscardingOutputFormat;
import org.apache.flink.client.deployment.ClusterClientFactory;
import org.apache.flink.client.deployment.ClusterClientServiceLoader;
import org.apache.flink.client.deployment.ClusterDescriptor;
import org.apache.flink.client.deployment.DefaultClusterClientServiceLoader;
import org.apache.flink.client.program.ClusterClient;
import org.apache.flink.client.program.ContextEnvironment;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.PipelineOptionsInternal;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.core.execution.DefaultExecutorServiceLoader;
import org.apache.flink.core.execution.PipelineExecutorServiceLoader;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.messages.FlinkJobNotFoundException;
import org.apache.flink.runtime.rest.util.RestClientException;
import org.apache.flink.runtime.security.SecurityConfiguration;
import org.apache.flink.runtime.security.SecurityUtils;

/**
 * A Flink cluster outside of this process: one that a job names by host and port, or the one that
 * Flink's own client ({@code flink run}) or JobManager (application mode) chose before it called
 * this command.
 */
final class FlinkCluster {
  /** A job's master where Flink has chosen the cluster. */
  static final String AUTO = "auto";

  /** The deployment target of a main class that runs inside the JobManager. */
  private static final String IN_JOB_MANAGER = "embedded";

  private static final String REMOTE = "remote";
  private static final int NOT_FOUND = 404;
  private static final int FEW_TRIES = 3;
  private static final long BETWEEN_TRIES_MILLIS = 1000;

  private static volatile boolean submitted;

  private final Configuration configuration;
  private final PipelineExecutorServiceLoader executors;
  private final ClassLoader loader;
  private final boolean bringsJars; // where Flink has chosen, it has done so

  private FlinkCluster(
      Configuration configuration,
      PipelineExecutorServiceLoader executors,
      ClassLoader loader,
      boolean bringsJars) {
    this.configuration = configuration;
    this.executors = executors;
    this.loader = loader;
    this.bringsJars = bringsJars;
  }

  /** Whether Flink's client or JobManager called this command, and so has chosen the cluster. */
  @SuppressWarnings("deprecation") // Beam runs its batch jobs in such an environment
  static boolean isChosen() {
    return !ExecutionEnvironment.areExplicitEnvironmentsAllowed();
  }

  /** Whether this process is a JobManager, which is not ours to end. */
  static boolean isThisProcess() {
    return isChosen() && chosen().isInJobManager();
  }

  /** The parallelism that {@code flink run -p} gave. */
  static Optional<Integer> chosenParallelism() {
    return chosen().configuration.getOptional(CoreOptions.DEFAULT_PARALLELISM);
  }

  /**
   * The cluster of a job; none if the job runs inside this process.
   *
   * @throws ConfigurationException if there is none to be found
   */
  static Optional<FlinkCluster> of(JobFile.Runner runner) throws ConfigurationException {
    if (runner.master().isEmpty()) {
      return Optional.empty();
    }
    String master = runner.master().get();
    if (!master.equals(AUTO)) {
      return Optional.of(at(master));
    }
    if (isChosen()) {
      return Optional.of(chosen());
    }
    Configuration configured = configured();
    if (configured.get(RestOptions.ADDRESS) == null) {
      throw new ConfigurationException(
          "runner.master",
          "is auto, but Flink has not chosen a cluster",
          "start the job with `flink run`, set FLINK_CONF_DIR to a configuration with rest.address,"
              + " or write host:port");
    }
    return Optional.of(
        at(configured.get(RestOptions.ADDRESS) + ":" + configured.get(RestOptions.PORT)));
  }

  /** A session cluster, with what FLINK_CONF_DIR says of TLS and Kerberos. */
  static FlinkCluster at(String master) {
    int colon = master.lastIndexOf(':');
    String host = master.substring(0, colon);
    int port = Integer.parseInt(master.substring(colon + 1));
    Configuration configuration = configured();
    configuration.set(DeploymentOptions.TARGET, REMOTE);
    configuration.set(DeploymentOptions.ATTACHED, false);
    configuration.set(JobManagerOptions.ADDRESS, host);
    configuration.set(RestOptions.ADDRESS, host);
    configuration.set(RestOptions.PORT, port);
    return new FlinkCluster(
        configuration,
        new DefaultExecutorServiceLoader(),
        FlinkCluster.class.getClassLoader(),
        true);
  }

  @SuppressWarnings("deprecation") // as above
  private static FlinkCluster chosen() {
    ExecutionEnvironment environment = ExecutionEnvironment.getExecutionEnvironment();
    return new FlinkCluster(
        new Configuration(environment.getConfiguration()),
        environment.getExecutorServiceLoader(),
        environment.getUserCodeClassLoader(),
        false);
  }

  private static Configuration configured() {
    String directory = System.getenv("FLINK_CONF_DIR");
    return directory == null || !Files.isDirectory(Path.of(directory))
        ? new Configuration()
        : GlobalConfiguration.loadConfiguration(directory);
  }

  /** This command's jar, and the user's programs. */
  private static List<String> jars() {
    try {
      return ClassPathJars.of(
          System.getProperty("java.class.path"),
          Optional.ofNullable(System.getenv("ESPALIER_CLASSPATH")).orElse(""));
    } catch (IOException e) {
      throw new UncheckedIOException("the class path cannot be sent to the cluster", e);
    }
  }

  boolean isInJobManager() {
    return IN_JOB_MANAGER.equals(configuration.get(DeploymentOptions.TARGET));
  }

  /** Whether whoever chose the cluster waits for the job's end. */
  boolean isAttached() {
    return configuration.get(DeploymentOptions.ATTACHED);
  }

  /** A job that is to be submitted here. */
  ClusterJob newJob(String name) {
    String id =
        configuration
            .getOptional(PipelineOptionsInternal.PIPELINE_FIXED_JOB_ID)
            .orElseGet(() -> UUID.randomUUID().toString().replace("-", ""));
    return new ClusterJob(id, name, address());
  }

  private String address() {
    String host = configuration.get(RestOptions.ADDRESS);
    return (host == null ? configuration.get(JobManagerOptions.ADDRESS) : host)
        + ":"
        + configuration.get(RestOptions.PORT);
  }

  /** Submits a job here, under its id. */
  void submit(ClusterJob job, Runnable submission) {
    synchronized (FlinkCluster.class) { // where a job goes is said once for all of the process
      boolean chosen = isChosen();
      logIn();
      configuration.set(PipelineOptionsInternal.PIPELINE_FIXED_JOB_ID, job.id());
      if (bringsJars) {
        configuration.set(PipelineOptions.JARS, jars());
      }
      submitted = true;
      ContextEnvironment.setAsContext(executors, configuration, loader, false, true);
      try {
        submission.run();
      } finally {
        if (!chosen) {
          ContextEnvironment.unsetAsContext(); // the next job may run elsewhere
        }
      }
    }
  }

  /**
   * Submits a job here that is of use for what it counts alone, and waits for its end. It ends with
   * this process.
   *
   * @throws ConfigurationException in a JobManager, which cannot wait for its own job
   */
  RunMetrics counts(ClusterJob job, Runnable submission)
      throws IOException, InterruptedException, ConfigurationException {
    if (isInJobManager()) {
      throw new ConfigurationException(
          "runner.master",
          "is the JobManager that runs this command, which cannot wait for what its job counts",
          "start the command elsewhere, with --flink-master host:port");
    }
    Thread hook = new Thread(() -> cancelQuietly(job), "espalier-cancel-" + job.id());
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      submit(job, submission);
      return FlinkProgress.counts(
          await(job).getAccumulatorResults().get(FlinkMetricContainer.ACCUMULATOR_NAME));
    } finally {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The virtual machine is exiting, and the hook ends the job.
      }
    }
  }

  private void cancelQuietly(ClusterJob job) {
    try {
      cancel(job);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      // It has ended, or the cluster does not answer: nobody is left who could be told.
    }
  }

  /**
   * Makes sure that the cluster answers, so that one that does not is known in seconds: a
   * submission tries for a minute. One that Flink has chosen is not asked.
   *
   * @throws ConfigurationException if it does not
   */
  void contact() throws InterruptedException, ConfigurationException {
    if (isChosen()) {
      return;
    }
    Configuration hasty = new Configuration(configuration);
    hasty.set(RestOptions.RETRY_MAX_ATTEMPTS, FEW_TRIES);
    hasty.set(RestOptions.RETRY_DELAY, BETWEEN_TRIES_MILLIS);
    String reason = "what answers there is not Flink";
    try {
      FlinkCluster once = new FlinkCluster(hasty, executors, loader, bringsJars);
      if (once.ask(client -> client.listJobs().get()).isPresent()) {
        return;
      }
    } catch (IllegalStateException e) {
      reason = IoReason.ofInnermost(e);
    }
    throw new ConfigurationException(
        "runner.master",
        "no Flink cluster can be reached at " + address() + ": " + reason,
        "write host:port of a JobManager's REST interface (rest.port, 8081 unless set), and check"
            + " that it runs; with TLS, FLINK_CONF_DIR has to name its configuration");
  }

  /**
   * Why a job of so many workers cannot begin at once, in a session cluster that answers; empty of
   * a cluster that Flink starts for the job, or whose TaskManagers come when they are needed.
   */
  Optional<String> shortage(int workers) throws InterruptedException {
    if (!REMOTE.equals(configuration.get(DeploymentOptions.TARGET))) {
      return Optional.empty();
    }
    try {
      return ask(client -> FlinkSlots.of(client))
          .flatMap(slots -> slots.shortage(workers, address()));
    } catch (IllegalStateException e) {
      return Optional.empty(); // the submission says what is wrong
    }
  }

  /** Ends a job; nothing happens if it has ended. */
  void cancel(ClusterJob job) throws InterruptedException {
    var unused = ask(client -> client.cancel(JobID.fromHexString(job.id())).get());
  }

  /** Lets a JobManager that expects a job have one, if the command found nothing to do. */
  @SuppressWarnings("deprecation") // as above
  static void submitNothingUnlessJobs() throws Exception {
    if (submitted) {
      return;
    }
    ExecutionEnvironment environment = ExecutionEnvironment.getExecutionEnvironment();
    environment.fromElements(0).output(new DiscardingOutputFormat<>());
    var unused = environment.executeAsync("nothing to do");
  }

  /** With the keytab of security.kerberos.login, if there is one. */
  private void logIn() {
    if (isChosen()) {
      return; // Flink has
    }
    try {
      SecurityUtils.install(new SecurityConfiguration(configuration));
    } catch (Exception e) {
      throw new IllegalStateException(
          "the login that FLINK_CONF_DIR asks for failed: " + e.getMessage(), e);
    }
  }

  /** Where a job stands, as often as it is asked. */
  FlinkProgress progress(ClusterJob job) {
    return new FlinkProgress(configuration, job.cluster(), job.name());
  }

  /**
   * Waits for the end of a job.
   *
   * @throws IllegalStateException if it failed or was cancelled
   */
  JobResult await(ClusterJob job) throws InterruptedException {
    JobResult result =
        ask(client -> client.requestJobResult(JobID.fromHexString(job.id())).get())
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        job + " is not known there any more: its JobManager was started anew"));
    if (!result.isSuccess()) {
      throw new IllegalStateException(
          job + " ended as " + result.getApplicationStatus().name().toLowerCase(Locale.ROOT),
          result
              .getSerializedThrowable()
              .map(failure -> failure.deserializeError(loader))
              .orElse(null));
    }
    return result;
  }

  /** Where a job stands; empty if the cluster does not know it. */
  Optional<FlinkJobState> state(String jobId) throws InterruptedException {
    return ask(client -> FlinkJobState.of(client, JobID.fromHexString(jobId)));
  }

  /** What the cluster of a job says of it. */
  static ClusterJob.State stateOf(ClusterJob job) {
    try {
      Optional<JobStatus> status =
          at(job.cluster()).ask(client -> client.getJobStatus(JobID.fromHexString(job.id())).get());
      return status
          .map(JobStatus::isGloballyTerminalState)
          .map(ended -> ended ? ClusterJob.State.ENDED : ClusterJob.State.PRESENT)
          .orElse(ClusterJob.State.UNKNOWN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ClusterJob.State.PRESENT;
    } catch (RuntimeException e) {
      return ClusterJob.State.PRESENT; // it does not answer
    }
  }

  private interface Question<T> {
    T ask(ClusterClient<?> client) throws Exception;
  }

  /** Asks the cluster; empty if it does not know the job. */
  private <T> Optional<T> ask(Question<T> question) throws InterruptedException {
    ClusterClientServiceLoader clients = new DefaultClusterClientServiceLoader();
    try {
      return Optional.of(ask(clients.getClusterClientFactory(configuration), question));
    } catch (ExecutionException e) {
      if (isUnknown(e)) {
        return Optional.empty();
      }
      throw new IllegalStateException(
          "Flink at " + address() + " does not answer: " + e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("Flink at " + address() + " does not answer", e);
    }
  }

  private <I, T> T ask(ClusterClientFactory<I> factory, Question<T> question) throws Exception {
    try (ClusterDescriptor<I> descriptor = factory.createClusterDescriptor(configuration);
        ClusterClient<I> client =
            descriptor.retrieve(factory.getClusterId(configuration)).getClusterClient()) {
      return question.ask(client);
    }
  }

  private static boolean isUnknown(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof FlinkJobNotFoundException
          || (at instanceof RestClientException rest
              && rest.getHttpResponseStatus().code() == NOT_FOUND)) {
        return true;
      }
    }
    return false;
  }
}
