package dev.espalier.jobs;

import dev.espalier.eval.TaskDocument;
import dev.espalier.eval.harness.RequestLines;
import dev.espalier.eval.task.Task;
import java.io.BufferedWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code espalier harness requests}. */
@Command(
    name = "requests",
    description = "Writes the requests of tasks as JSON lines, for another program to answer.",
    mixinStandardHelpOptions = true)
final class HarnessRequestsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private HarnessTasks tasks = new HarnessTasks();

  @Option(names = "--output", paramLabel = "FILE", required = true, description = "The lines.")
  private Path output;

  @Override
  public Integer call() throws Exception {
    long count = 0;
    if (output.toAbsolutePath().getParent() != null) {
      Files.createDirectories(output.toAbsolutePath().getParent());
    }
    try (BufferedWriter out = Files.newBufferedWriter(output)) {
      for (Task task : tasks.selection().tasks()) {
        for (TaskDocument document : tasks.prepare(task).documents()) {
          for (String line : RequestLines.of(task.scoring(), document)) {
            out.write(line);
            out.write('\n');
            count++;
          }
        }
      }
    }
    spec.commandLine().getOut().println(output + ": " + Figures.count(count, "request"));
    return Espalier.DONE;
  }
}
