package dev.espalier.jobs.schedule.hook;

import dev.espalier.jobs.schedule.file.Hook;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Sends a message by POST. Thread-safe. */
final class WebhookCall {
  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(Duration.ofSeconds(10))
          .version(HttpClient.Version.HTTP_1_1)
          .build();

  /**
   * Sends it once.
   *
   * @return what came of it
   * @throws HookException if it was not taken
   */
  String send(Hook.Webhook webhook, HookMessage message, Duration timeout)
      throws HookException, InterruptedException {
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(webhook.url())
              .timeout(timeout)
              .header("Content-Type", "application/json")
              .header("User-Agent", "espalier")
              .header("Idempotency-Key", message.delivery())
              .POST(HttpRequest.BodyPublishers.ofString(message.json(), StandardCharsets.UTF_8));
      webhook.headers().forEach(request::setHeader);
      HttpResponse<Void> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.discarding());
      int code = answer.statusCode();
      if (code >= 200 && code < 300) {
        return "told, answered " + code;
      }
      throw new HookException("answered " + code);
    } catch (HttpTimeoutException e) {
      throw new HookException("no answer in " + timeout.toMillis() / 1e3 + " s");
    } catch (IOException e) {
      throw new HookException(
          "cannot be reached" + (e.getMessage() == null ? "" : ": " + e.getMessage()));
    } catch (IllegalArgumentException e) {
      throw new HookException("cannot be sent: " + e.getMessage());
    }
  }
}
