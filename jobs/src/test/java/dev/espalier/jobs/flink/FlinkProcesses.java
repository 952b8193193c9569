package dev.espalier.jobs.flink;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.espalier.jobs.ScriptFlags;
import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;

/**
 * A Flink cluster of real processes, with the configuration of infra/flink. In its lib is what a
 * small jar of this project's own classes needs; the jar is what is submitted.
 */
final class FlinkProcesses implements AutoCloseable {
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  private final Path directory;
  private final int port;
  private final int rpcPort;
  private final Map<String, Process> processes = new TreeMap<>();
  private final Map<String, Integer> scrapePorts = new TreeMap<>();
  private final Optional<Path> shared;

  FlinkProcesses(Path directory) throws IOException {
    this(directory, Optional.empty());
  }

  /**
   * @param shared a jar in the cluster's lib that all jobs share: their code is loaded, and
   *     compiled, once
   */
  FlinkProcesses(Path directory, Optional<Path> shared) throws IOException {
    this.directory = directory;
    this.shared = shared;
    this.port = freePort();
    this.rpcPort = freePort();
    Files.createDirectories(conf());
    Files.copy(Path.of("../infra/flink/config.yaml"), conf().resolve("config.yaml"));
    Files.writeString(
        directory.resolve("simplelogger.properties"),
        "org.slf4j.simpleLogger.defaultLogLevel=warn\n");
  }

  /** Below those that the system gives to connections, so that none takes it in the meantime. */
  private static int freePort() throws IOException {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(15_000, 32_000);
      try (ServerSocket socket = new ServerSocket(port)) {
        return socket.getLocalPort();
      } catch (BindException e) {
        // Another one, then.
      }
    }
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  private Path conf() {
    return directory.resolve("conf");
  }

  /** The libraries of the test's class path, which lie in the cluster's lib. */
  static String lib() {
    return String.join(File.pathSeparator, classPath().filter(FlinkProcesses::isLibrary).toList());
  }

  private String ofCluster() {
    return shared.map(jar -> jar + File.pathSeparator).orElse("") + lib();
  }

  private static Stream<String> classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.matches(".*/(hadoop-client-minicluster|s3mock)-[^/]*")); // servers
  }

  /**
   * Not what is loaded together with this project's classes: a library with native code of theirs.
   */
  private static boolean isLibrary(String entry) {
    return entry.endsWith(".jar")
        && !entry.matches(".*/target/[^/]+\\.jar|.*/ai/djl/.*|.*/org/apache/beam/.*");
  }

  /** A jar of this project's classes and resources, and of what has to be loaded with them. */
  static Path smallJar(Path jar) throws IOException {
    try (JarOutputStream out =
        new JarOutputStream(new BufferedOutputStream(Files.newOutputStream(jar)))) {
      out.setLevel(Deflater.BEST_SPEED);
      Set<String> seen = new HashSet<>();
      Map<String, String> services = new TreeMap<>();
      for (String entry : (Iterable<String>) classPath()::iterator) {
        if (isLibrary(entry) || entry.matches(".*(test-classes|test/resources)/?")) {
          continue;
        }
        Path place = Path.of(entry);
        if (Files.isDirectory(place)) {
          add(place, ".*", seen, out);
        } else if (Files.isRegularFile(place)) {
          try (FileSystem zip = FileSystems.newFileSystem(place)) {
            add(
                zip.getPath("/"),
                "(?!.*module-info|META-INF/[^/]*$|META-INF/services).*",
                seen,
                out);
            Path named = zip.getPath("/META-INF/services");
            if (Files.isDirectory(named)) {
              try (Stream<Path> files = Files.list(named)) {
                for (Path file : (Iterable<Path>) files::iterator) {
                  services.merge(
                      file.toString().substring(1), Files.readString(file) + "\n", String::concat);
                }
              }
            }
          }
        }
      }
      for (Map.Entry<String, String> service : services.entrySet()) {
        out.putNextEntry(new ZipEntry(service.getKey()));
        out.write(service.getValue().getBytes(UTF_8));
        out.closeEntry();
      }
    }
    return jar;
  }

  /** A jar of the classes of this test's class path whose names match. */
  static Path jarOfTestClasses(Path jar, String pattern) throws IOException {
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      add(testClasses(), pattern, new HashSet<>(), out);
    }
    return jar;
  }

  private static Path testClasses() {
    return Path.of(
        FlinkProcesses.class.getProtectionDomain().getCodeSource().getLocation().getPath());
  }

  private static void add(Path place, String pattern, Set<String> seen, JarOutputStream out)
      throws IOException {
    try (Stream<Path> files = Files.walk(place)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        String name = place.relativize(file).toString();
        if (name.matches(pattern) && seen.add(name)) {
          out.putNextEntry(new ZipEntry(name));
          Files.copy(file, out);
          out.closeEntry();
        }
      }
    }
  }

  /** Settings of this machine and this test, on top of the configuration's. */
  private List<String> settings() {
    List<String> settings = new ArrayList<>();
    Map.of(
            "rest.port",
            Integer.toString(port),
            "jobmanager.rpc.port",
            Integer.toString(rpcPort),
            "io.tmp.dirs",
            directory.resolve("tmp").toString(),
            "taskmanager.memory.task.heap.size",
            "640m",
            "taskmanager.memory.managed.size",
            "64m",
            "heartbeat.timeout",
            "120000",
            "pekko.ask.timeout",
            "120s")
        .forEach((key, value) -> settings.add("-D" + key + "=" + value));
    if (shared.isPresent()) {
      settings.add("-Dclassloader.resolve-order=parent-first");
    }
    return settings;
  }

  void startJobManager() throws IOException {
    List<String> arguments = new ArrayList<>(List.of("--configDir", conf().toString()));
    arguments.addAll(List.of("--executionMode", "cluster"));
    arguments.addAll(settings());
    start(
        "jobmanager",
        ofCluster(),
        "320m",
        "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
        arguments);
  }

  /** A JobManager of one application, whose main class runs in it. */
  void startApplication(Path jar, String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(conf().toString(), jar.toString()));
    List<String> settings = settings();
    all.add(Integer.toString(settings.size()));
    all.addAll(settings);
    Collections.addAll(all, arguments);
    start(
        "application",
        lib() + File.pathSeparator + testClasses(),
        "640m",
        ApplicationMode.class.getName(),
        all);
  }

  void startTaskManager(String name) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("--configDir", conf().toString()));
    arguments.addAll(settings());
    arguments.add("-Dtaskmanager.resource-id=" + name);
    scrapePorts.put(name, freePort());
    arguments.add(
        "-Dmetrics.reporter.prom.factory.class="
            + "org.apache.flink.metrics.prometheus.PrometheusReporterFactory");
    arguments.add("-Dmetrics.reporter.prom.port=" + scrapePorts.get(name));
    start(
        name,
        ofCluster(),
        "768m",
        "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
        arguments);
  }

  /** {@code flink run}, as a process. */
  Process flinkRun(Path jar, List<String> options, String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of("run", "-m", address()));
    all.addAll(options);
    all.addAll(List.of("-c", "dev.espalier.jobs.Espalier", jar.toString()));
    Collections.addAll(all, arguments);
    return start("client", ofCluster(), "512m", "org.apache.flink.client.cli.CliFrontend", all);
  }

  private Process start(
      String name, String classPath, String heap, String main, List<String> arguments)
      throws IOException {
    Files.createDirectories(directory.resolve("tmp"));
    List<String> command =
        new ArrayList<>(
            List.of(
                JAVA,
                "-Xmx" + heap,
                "-XX:+UseSerialGC",
                "--add-modules",
                "jdk.incubator.vector",
                "-Djava.io.tmpdir=" + directory.resolve("tmp"),
                "-cp",
                directory + File.pathSeparator + classPath,
                main));
    if (!name.startsWith("taskmanager")) {
      command.add(1, "-XX:TieredStopAtLevel=1"); // it computes nothing
    } else {
      command.addAll(1, ScriptFlags.ofCompiler());
    }
    if (name.equals("client")) {
      command.add(1, "-Despalier.progress=true"); // as the start script says it of a terminal
      command.addAll(0, List.of("nice", "-n", "5")); // people's clients are not on the workers
    }
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("FLINK_CONF_DIR", conf().toString());
    builder.environment().put("ESPALIER_CACHE", directory.resolve("cache-" + name).toString());
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log(name).toFile()));
    Process process = builder.start();
    processes.put(name, process);
    return process;
  }

  private Path log(String name) {
    return directory.resolve(name + ".log");
  }

  String output(String name) throws IOException {
    return Files.exists(log(name)) ? Files.readString(log(name)) : "";
  }

  /** The logs of all processes, for a failure. */
  String outputs() {
    StringBuilder all = new StringBuilder();
    for (String name : processes.keySet()) {
      try {
        String text = output(name);
        all.append("=== ").append(name).append('\n');
        all.append(text, 0, Math.max(0, Math.min(4000, text.length() - 6000))).append('\n');
        all.append(text.substring(Math.max(0, text.length() - 6000))).append('\n');
      } catch (IOException e) {
        all.append(e).append('\n');
      }
    }
    return all.toString();
  }

  void awaitTaskManagers(int count) throws Exception {
    await("TaskManagers", () -> get("/overview").contains("\"taskmanagers\":" + count));
  }

  /** The answer of Flink's REST interface; empty while there is none. */
  String get(String path) {
    return answer("http://" + address() + path);
  }

  /** What Prometheus gets of all TaskManagers. */
  String scrape() {
    StringBuilder all = new StringBuilder();
    scrapePorts
        .values()
        .forEach(port -> all.append(answer("http://127.0.0.1:" + port + "/metrics")));
    return all.toString();
  }

  private static String answer(String url) {
    try {
      HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
      connection.setReadTimeout(5000);
      try (InputStream in = connection.getInputStream()) {
        return new String(in.readAllBytes(), UTF_8);
      }
    } catch (IOException e) {
      return "";
    }
  }

  /** Waits for something that these processes are to do; the limit is for those that hang. */
  void await(String what, BooleanSupplier condition) throws Exception {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("no " + what + "\n" + outputs());
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /** Waits until a process has written this. */
  void awaitOutput(String name, String text) throws Exception {
    await(
        "'" + text + "' of " + name,
        () -> {
          try {
            return output(name).contains(text) || !isAlive(name);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    if (!output(name).contains(text)) {
      throw new AssertionError("no '" + text + "'\n" + outputs());
    }
  }

  boolean isAlive(String name) {
    return processes.get(name).isAlive();
  }

  int exitCode(String name) throws Exception {
    Process process = processes.get(name);
    await("end of " + name, () -> !process.isAlive());
    return process.exitValue();
  }

  /** SIGKILL. */
  void kill(String name) throws InterruptedException {
    processes.remove(name).destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    processes.values().forEach(Process::destroyForcibly);
    processes.values().forEach(process -> process.onExit().join());
  }
}
