package dev.espalier.jobs.schedule.hook;

import dev.espalier.jobs.schedule.file.Hook;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/** Sends a message by POST. Thread-safe. */
final class WebhookCall {
  private static final int DELETE = 0x7f;

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
              .header("Idempotency-Key", ascii(message.delivery()))
              .POST(HttpRequest.BodyPublishers.ofString(message.json(), StandardCharsets.UTF_8));
      webhook.headers().forEach(request::setHeader);
      int code = code(request.build());
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

  /** The code of the answer. Its body is not read: it may have no end, and no timeout covers it. */
  private int code(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<InputStream> answer =
        client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    answer.body().close();
    return answer.statusCode();
  }

  /** As a header can have it: what is no printable ASCII is written as in addresses. */
  private static String ascii(String text) {
    StringBuilder out = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (b >= ' ' && b < DELETE && b != '%') {
        out.append((char) b);
      } else {
        out.append(String.format(Locale.ROOT, "%%%02X", b & 0xff));
      }
    }
    return out.toString();
  }
}
