package dev.espalier.jobs.flink;

import java.io.File;
import java.util.Arrays;
import org.apache.flink.client.deployment.application.ApplicationClusterEntryPoint;
import org.apache.flink.client.program.DefaultPackagedProgramRetriever;
import org.apache.flink.client.program.PackagedProgram;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.runtime.entrypoint.ClusterEntrypoint;
import org.apache.flink.runtime.resourcemanager.StandaloneResourceManagerFactory;

/**
 * The JobManager of application mode on machines of one's own, as Flink's
 * StandaloneApplicationClusterEntryPoint is, whose module is no dependency.
 */
@SuppressWarnings("try") // what Flink declares
public final class ApplicationMode extends ApplicationClusterEntryPoint {
  private ApplicationMode(Configuration configuration, PackagedProgram program) {
    super(configuration, program, StandaloneResourceManagerFactory.getInstance());
  }

  /** Arguments: configuration's directory, jar, number of settings, settings, the command's. */
  public static void main(String[] arguments) throws Exception {
    Configuration configuration = GlobalConfiguration.loadConfiguration(arguments[0]);
    int settings = 3 + Integer.parseInt(arguments[2]);
    for (String setting : Arrays.copyOfRange(arguments, 3, settings)) {
      String[] pair = setting.substring(2).split("=", 2);
      configuration.setString(pair[0], pair[1]);
    }
    PackagedProgram program =
        DefaultPackagedProgramRetriever.create(
                null,
                new File(arguments[1]),
                "dev.espalier.jobs.Espalier",
                Arrays.copyOfRange(arguments, settings, arguments.length),
                configuration)
            .getPackagedProgram();
    configureExecution(configuration, program);
    ClusterEntrypoint.runClusterEntrypoint(new ApplicationMode(configuration, program));
  }
}
