package dev.espalier.jobs.schedule.page;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.espalier.io.storage.StoredFile;
import dev.espalier.jobs.schedule.Moment;
import dev.espalier.jobs.schedule.SchedulePlace;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.parquet.io.SeekableInputStream;

/**
 * Serves the status page, its data, what runs printed, and metrics; nothing can be changed through
 * it.
 */
public final class PageServer implements AutoCloseable {
  private static final int REFRESH_SECONDS = 5;
  private static final int BACKLOG = 50;
  private static final int THREADS = 32;
  private static final int IDLE_SECONDS = 30;
  private static final int MOST_PRINTED = 1 << 20;
  private static final String REQUEST_SECONDS = "sun.net.httpserver.maxReqTime";
  private static final String PLAIN = "text/plain; charset=utf-8";

  private final HttpServer server;
  private final ThreadPoolExecutor threads;
  private final Supplier<Optional<Moment>> moments;
  private final SchedulePlace place;

  private PageServer(HttpServer server, Supplier<Optional<Moment>> moments, SchedulePlace place) {
    this.server = server;
    this.moments = moments;
    this.place = place;
    this.threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "status-page");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Opens a port.
   *
   * @param port 0 is any that is free
   * @throws IOException if it cannot be opened
   */
  public static PageServer open(
      String host, int port, Supplier<Optional<Moment>> moments, SchedulePlace place)
      throws IOException {
    // One who begins a request and does not go on has a thread; the server reads this once.
    if (System.getProperty(REQUEST_SECONDS) == null) {
      System.setProperty(REQUEST_SECONDS, "10");
    }
    HttpServer server = HttpServer.create(new InetSocketAddress(host, port), BACKLOG);
    PageServer page = new PageServer(server, moments, place);
    server.createContext("/", page::answer);
    server.setExecutor(page.threads);
    server.start();
    return page;
  }

  /** Where it is, for a browser. */
  public String address() {
    InetSocketAddress at = server.getAddress();
    String host = at.getAddress().isAnyLocalAddress() ? "localhost" : at.getHostString();
    return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + at.getPort() + "/";
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String method = exchange.getRequestMethod();
      if (!method.equals("GET") && !method.equals("HEAD")) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        send(exchange, 405, PLAIN, "this page only shows\n");
        return;
      }
      Optional<Moment> moment = moments.get();
      if (moment.isEmpty()) {
        send(exchange, 503, PLAIN, "the scheduler is just starting\n");
        return;
      }
      answer(exchange, moment.get());
    } catch (RuntimeException e) {
      send(exchange, 500, PLAIN, "this could not be shown\n");
    }
  }

  private void answer(HttpExchange exchange, Moment moment) throws IOException {
    String path = exchange.getRequestURI().getPath();
    switch (path) {
      case "/", "/index.html" ->
          send(
              exchange,
              200,
              "text/html; charset=utf-8",
              new StatusPage(moment, REFRESH_SECONDS, true).html());
      case "/status.json" -> send(exchange, 200, "application/json", StatusJson.of(moment));
      case "/metrics" -> send(exchange, 200, Metrics.TYPE, Metrics.of(moment));
      default -> {
        String run = path.startsWith("/logs/") ? path.substring("/logs/".length()) : "";
        if (moment.state().runs().containsKey(run)) {
          send(exchange, 200, PLAIN, printed(run));
        } else {
          send(exchange, 404, PLAIN, "there is /, /status.json, /metrics and /logs/RUN\n");
        }
      }
    }
  }

  /** What a run printed last, as much as a browser can show. */
  private String printed(String run) throws IOException {
    List<StoredFile> files = place.outputs(run);
    StringBuilder text = new StringBuilder();
    long left = MOST_PRINTED;
    for (int i = files.size() - 1; i >= 0 && left > 0; i--) {
      StoredFile file = files.get(i);
      text.insert(0, end(file, left));
      left -= file.length();
    }
    return files.isEmpty() ? "nothing was printed\n" : text.toString();
  }

  private String end(StoredFile file, long most) throws IOException {
    long from = Math.max(0, file.length() - most);
    String head =
        "--- "
            + file.name()
            + (from == 0 ? "" : ", its end; `espalier schedule logs` prints all")
            + '\n';
    try (SeekableInputStream in = place.storage().input(file.path()).newStream()) {
      in.seek(from);
      String text = new String(in.readNBytes((int) most), StandardCharsets.UTF_8);
      return head + (from == 0 ? text : text.substring(text.indexOf('\n') + 1));
    }
  }

  private static void send(HttpExchange exchange, int code, String type, String text)
      throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", type);
    headers.set("Cache-Control", "no-store");
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set(
        "Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(code, head ? -1 : bytes.length);
    if (!head) {
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
