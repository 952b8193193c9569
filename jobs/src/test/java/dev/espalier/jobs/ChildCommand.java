package dev.espalier.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** A command in a process of its own, to be ended from outside. */
final class ChildCommand implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;

  private ChildCommand(Process process) {
    this.process = process;
    this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
  }

  /** A main class with a temporary directory; its output and its errors are read as one. */
  static ChildCommand start(Path temporary, Class<?> main, String... arguments) throws IOException {
    return start(temporary, "512m", main, arguments);
  }

  static ChildCommand start(Path temporary, String heap, Class<?> main, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx" + heap,
            "-XX:+UseSerialGC",
            // As the start script names it.
            "-Djava.io.tmpdir=" + temporary.resolve("espalier-process-" + UUID.randomUUID()),
            "--add-modules",
            "jdk.incubator.vector"));
    command.addAll(ScriptFlags.ofCompiler());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    return new ChildCommand(new ProcessBuilder(command).redirectErrorStream(true).start());
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** The next line; null when it has ended and all was read. */
  String readLine() throws IOException {
    String line = output.readLine();
    return line != null && line.startsWith("WARNING: Using incubator") ? output.readLine() : line;
  }

  /** All lines until it ends. */
  String readAll() throws IOException {
    StringBuilder text = new StringBuilder();
    for (String line = readLine(); line != null; line = readLine()) {
      text.append(line).append('\n');
    }
    return text.toString();
  }

  /** SIGKILL: no hook runs. */
  void kill() throws InterruptedException {
    process.toHandle().destroyForcibly();
    process.waitFor();
  }

  /** SIGTERM; returns when it has ended. */
  void terminate() throws InterruptedException {
    process.toHandle().destroy();
    process.waitFor();
  }

  /** SIGINT, as Ctrl-C sends it. */
  void interrupt() throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-INT", Long.toString(pid())).start().waitFor();
  }

  int exitCode() throws InterruptedException {
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      throw new IllegalStateException("it did not end");
    }
    return process.exitValue();
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly().onExit().join();
    output.close();
  }
}
