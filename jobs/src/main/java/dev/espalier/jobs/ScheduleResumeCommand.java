package dev.espalier.jobs;

import dev.espalier.jobs.schedule.Request;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier schedule resume}. */
@Command(
    name = "resume",
    description = "Lets a job that was paused fire again; what it passed over stays so.",
    mixinStandardHelpOptions = true)
final class ScheduleResumeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ScheduleOptions options;

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "JOB", description = "Names of jobs.")
  private List<String> names;

  @Override
  public Integer call() throws Exception {
    return ScheduleRequests.ask(options, names, Request.Kind.RESUME, spec.commandLine().getOut());
  }
}
