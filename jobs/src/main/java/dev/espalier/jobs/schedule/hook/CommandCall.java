package dev.espalier.jobs.schedule.hook;

import dev.espalier.jobs.schedule.file.Hook;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Gives a message to a command. */
final class CommandCall {
  private CommandCall() {}

  /**
   * Runs it once.
   *
   * @param directory in which it runs
   * @return what came of it
   * @throws HookException if it did not end well
   */
  static String run(Hook.Command command, HookMessage message, Path directory, Duration timeout)
      throws HookException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command.words())
            .directory(directory.toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(message.environment());
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new HookException(command.words().get(0) + " cannot be started");
    }
    try {
      try (OutputStream in = process.getOutputStream()) {
        in.write((message.json() + "\n").getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // It does not read its input; that is its own affair.
      }
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new HookException("did not end in " + timeout.toMillis() / 1e3 + " s");
      }
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    if (process.exitValue() != 0) {
      throw new HookException("ended with " + process.exitValue());
    }
    return "told, ended with 0";
  }
}
