package dev.espalier.jobs.schedule.hook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.espalier.jobs.schedule.file.Hook;
import dev.espalier.jobs.schedule.log.RunFigures;
import dev.espalier.jobs.schedule.log.RunRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class HookCallsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;
  private final List<Duration> slept = new ArrayList<>();

  private String call(Hook hook, RunRecord run) {
    List<String> outcomes = new ArrayList<>();
    new HookCalls("nightly", directory, Runnable::run, slept::add).call(hook, run, outcomes::add);
    assertThat(outcomes).hasSize(1);
    return outcomes.get(0);
  }

  private static RunRecord run(int code, Double changed) {
    RunFigures told = new RunFigures(10L, 1L, 10L, changed, 100L, 50L, 20L, 7L);
    return RunRecord.of("j.20260101T010000Z", "j", "2026-01-01T01:00Z", "cron", 1, 2, 0, null)
        .started(1000)
        .closed(3500, code, code == 0 ? "" : "it \"failed\"", told, Map.of());
  }

  private static Hook hook(Hook.Target target, int retries, Hook.Event... on) {
    return new Hook("chat", Set.of(on), 0.05, List.of(), target, Duration.ofSeconds(5), retries);
  }

  @Test
  void aWebhookGetsTheMessageAndIsAskedAgainUntilItTakesIt() throws IOException {
    List<JsonNode> bodies = new ArrayList<>();
    List<String> headers = new ArrayList<>();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/hook",
        exchange -> {
          bodies.add(JSON.readTree(exchange.getRequestBody().readAllBytes()));
          headers.add(
              exchange.getRequestMethod()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Content-Type")
                  + " "
                  + exchange.getRequestHeaders().getFirst("Authorization"));
          exchange.sendResponseHeaders(bodies.size() < 3 ? 503 : 204, -1);
          exchange.close();
        });
    server.start();
    try {
      URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook");
      Hook.Webhook webhook = new Hook.Webhook(url, Map.of("Authorization", "Bearer x"));
      Hook hook = hook(webhook, 3, Hook.Event.FAILURE);
      assertThat(call(hook, run(3, null))).isEqualTo("told, answered 204");
      assertThat(slept).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2));
      assertThat(bodies).hasSize(3).allMatch(bodies.get(0)::equals);
      assertThat(headers).containsOnly("POST application/json Bearer x");
      JsonNode body = bodies.get(0);
      assertThat(body.path("event").asText()).isEqualTo("failure");
      assertThat(body.path("delivery").asText()).isEqualTo("j.20260101T010000Z/chat");
      assertThat(body.path("schedule").asText()).isEqualTo("nightly");
      assertThat(body.path("at").asText()).isEqualTo("2026-01-01T01:00Z");
      assertThat(body.path("exitCode").asInt()).isEqualTo(3);
      assertThat(body.path("message").asText()).isEqualTo("it \"failed\"");
      assertThat(body.path("seconds").asDouble()).isEqualTo(2.5);
      assertThat(body.at("/figures/savedTokens").asLong()).isEqualTo(7);
      bodies.clear();
      assertThat(call(hook(webhook, 1, Hook.Event.FAILURE), run(1, null)))
          .isEqualTo("not told: answered 503");
      assertThat(bodies).hasSize(2);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aWebhookThatIsNotThereIsGivenUp() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Hook.Webhook webhook = new Hook.Webhook(URI.create("http://127.0.0.1:" + port), Map.of());
    assertThat(call(hook(webhook, 2, Hook.Event.SUCCESS), run(0, null)))
        .startsWith("not told: cannot be reached");
    assertThat(slept).hasSize(2);
  }

  /** A server that answers so, and never ends its answer. */
  private static String answering(String head) throws IOException {
    ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    Thread thread =
        new Thread(
            () -> {
              try (server;
                  Socket socket = server.accept()) {
                socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
                // Until the other side hangs up.
                socket.getInputStream().transferTo(OutputStream.nullOutputStream());
              } catch (IOException e) {
                // It has hung up.
              }
            });
    thread.setDaemon(true);
    thread.start();
    return "http://127.0.0.1:" + server.getLocalPort() + "/";
  }

  @Test
  @Timeout(60)
  void anAnswerWithoutAnEndIsAnAnswer() throws IOException {
    for (String head :
        List.of("Content-Length: 1000\r\n\r\nx", "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n")) {
      Hook.Webhook webhook =
          new Hook.Webhook(URI.create(answering("HTTP/1.1 200 OK\r\n" + head)), Map.of());
      assertThat(call(hook(webhook, 0, Hook.Event.SUCCESS), run(0, null)))
          .isEqualTo("told, answered 200");
    }
  }

  @Test
  void aHookOfAnyNameIsTold() throws IOException {
    List<String> keys = new ArrayList<>();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          keys.add(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    try {
      URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
      for (String name : List.of("hook 1", "größe 警", "a%\n")) {
        Hook hook =
            new Hook(
                name,
                Set.of(Hook.Event.SUCCESS),
                1,
                List.of(),
                new Hook.Webhook(url, Map.of()),
                Duration.ofSeconds(5),
                0);
        assertThat(call(hook, run(0, null))).isEqualTo("told, answered 200");
      }
      assertThat(keys)
          .containsExactly(
              "j.20260101T010000Z/hook 1",
              "j.20260101T010000Z/gr%C3%B6%C3%9Fe %E8%AD%A6",
              "j.20260101T010000Z/a%25%0A");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aMessageThatNoEnvironmentCanHoldIsToldAllTheSame() {
    Hook.Command command =
        new Hook.Command(List.of("sh", "-c", "test \"$ESPALIER_MESSAGE\" = \"a\uFFFDb\""));
    RunRecord run = run(0, null).closed(1, 0, "a\0b", RunFigures.NONE, Map.of());
    assertThat(call(hook(command, 0, Hook.Event.SUCCESS), run)).isEqualTo("told, ended with 0");
  }

  @Test
  void aCommandReadsTheMessageAndTheEnvironment() throws IOException {
    Path out = directory.resolve("out");
    Hook.Command command =
        new Hook.Command(
            List.of(
                "sh",
                "-c",
                "echo \"$ESPALIER_EVENT $ESPALIER_JOB $0\" > out; cat >> out; echo end >> out",
                "a b"));
    assertThat(call(hook(command, 0, Hook.Event.DRIFT), run(0, 0.06)))
        .isEqualTo("told, ended with 0");
    List<String> lines = Files.readAllLines(out, StandardCharsets.UTF_8);
    assertThat(lines.get(0)).isEqualTo("drift j a b");
    assertThat(JSON.readTree(lines.get(1)).path("drift").asDouble()).isEqualTo(0.06);
    assertThat(JSON.readTree(lines.get(1)).path("bound").asDouble()).isEqualTo(0.05);
    // Messages that are gathered in a file are lines of it.
    assertThat(lines.get(2)).isEqualTo("end");
  }

  @Test
  void commandsThatFailOrLastTooLongAreTold() {
    assertThat(
            call(
                hook(new Hook.Command(List.of("sh", "-c", "exit 7")), 0, Hook.Event.SUCCESS),
                run(0, null)))
        .isEqualTo("not told: ended with 7");
    assertThat(
            call(hook(new Hook.Command(List.of("/no/such")), 0, Hook.Event.SUCCESS), run(0, null)))
        .isEqualTo("not told: /no/such cannot be started");
    Hook slow =
        new Hook(
            "slow",
            Set.of(Hook.Event.SUCCESS),
            1,
            List.of(),
            new Hook.Command(List.of("sleep", "600")),
            Duration.ofMillis(50),
            0);
    assertThat(call(slow, run(0, null))).isEqualTo("not told: did not end in 0.05 s");
  }

  @Test
  void aHookThatDoesNotAskForItIsNotTold() {
    Hook.Command command = new Hook.Command(List.of("false"));
    assertThat(call(hook(command, 0, Hook.Event.DRIFT), run(0, 0.05)))
        .startsWith("not told: the hook");
  }
}
