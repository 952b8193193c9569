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
}
