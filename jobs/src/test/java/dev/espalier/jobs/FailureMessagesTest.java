package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.EngineException;
import dev.espalier.engine.ErrorCode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;
import org.apache.beam.sdk.util.UserCodeException;
import org.apache.flink.runtime.jobmanager.scheduler.NoResourceAvailableException;
import org.junit.jupiter.api.Test;

/** A failure is told in words: what, where, what to do; never by the names that Java has for it. */
class FailureMessagesTest {
  private static final Pattern JAVA_NAME =
      Pattern.compile("[a-z]\\.[A-Z]|Exception|[A-Z]\\w+Error|\\bjava\\.|\\$");

  @Test
  void noFailureIsToldByTheNameOfAClass() {
    Throwable deep = new IOException("disk full");
    for (Throwable failure :
        List.of(
            deep,
            new UncheckedIOException((IOException) deep),
            new RuntimeException(deep),
            UserCodeException.wrap(new RuntimeException(new NoSuchFileException("/a/b"))),
            new NullPointerException("Cannot invoke \"String.length()\""),
            new IndexOutOfBoundsException(3),
            new ClassCastException("class java.lang.Long cannot be cast to class java.lang.String"),
            new IllegalStateException(),
            new IOException(new NullPointerException()),
            new IOException("org.apache.hadoop.ipc.RemoteException: java.io.IOException: no node"),
            new UnknownHostException("nn1"),
            new ConnectException("Connection refused"),
            new MalformedInputException(1),
            new FileNotFoundException("/a/b (Permission denied)"),
            new StackOverflowError(),
            new OutOfMemoryError("Java heap space"),
            new ExceptionInInitializerError(new IllegalStateException("x")),
            new AssertionError(),
            new EngineException(ErrorCode.OUT_OF_MEMORY, "row 7: memory ran out", deep))) {
      String message = FailureMessages.of(failure);
      assertThat(message).isNotBlank();
      assertThat(JAVA_NAME.matcher(message).find()).as(message).isFalse();
    }
  }

  @Test
  void aClusterWithoutSlotsIsToldWithItsRemedy() {
    Throwable none =
        new NoResourceAvailableException(
            "Slot request bulk is not fulfillable! Could not allocate the required slot within slot"
                + " request timeout");
    assertThat(
            FailureMessages.of(
                new IllegalStateException("the job failed", new CompletionException(none))))
        .isEqualTo(
            "the job failed\n    caused by: the cluster gave the job no slots within"
                + " slot.request.timeout: write a runner.workers that is no more than its slots, or"
                + " start TaskManagers, and run it again");
  }

  @Test
  void exceptionsThatNameAFileAloneSayWhatIsWrongWithIt() {
    assertThat(FailureMessages.of(new NoSuchFileException("/a/b")))
        .isEqualTo("/a/b: no such file or directory");
    assertThat(FailureMessages.of(new AccessDeniedException("/a/b")))
        .isEqualTo("/a/b: permission denied");
    assertThat(FailureMessages.of(new FileSystemException("/a/b", null, "No space left on device")))
        .isEqualTo("/a/b: no space left on device");
  }

  @Test
  void whatIsMissingOnTheClassPathIsNamedSinceItIsTheUsers() {
    assertThat(FailureMessages.of(new NoClassDefFoundError("com/example/Words")))
        .contains("com.example.Words")
        .contains("ESPALIER_CLASSPATH");
  }

  @Test
  void memoryThatRanOutIsFoundInAnyDepth() {
    assertThat(FailureMessages.isOutOfMemory(new RuntimeException(new OutOfMemoryError())))
        .isTrue();
    assertThat(
            FailureMessages.isOutOfMemory(
                new RuntimeException(new EngineException(ErrorCode.OUT_OF_MEMORY, "gpu"))))
        .isTrue();
    assertThat(FailureMessages.isOutOfMemory(new RuntimeException(new IOException()))).isFalse();
  }
}
