package dev.espalier.jobs;

/** Whether Flink came with this command: a bundle for one machine can be without it. */
final class FlinkLibraries {
  private static final String A_CLASS =
      "org.apache.flink.core.execution.PipelineExecutorServiceLoader";

  private FlinkLibraries() {}

  static boolean arePresent() {
    try {
      Class.forName(A_CLASS, false, FlinkLibraries.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /**
   * @throws ConfigurationException if they are missing, for a job that needs them
   */
  static void require() throws ConfigurationException {
    if (!arePresent()) {
      throw new ConfigurationException(
          "runner.name",
          "is flink, but this installation of espalier comes without Flink",
          "write runner.name: direct, or start the job with espalier.jar");
    }
  }
}
