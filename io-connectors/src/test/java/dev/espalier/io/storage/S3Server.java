package dev.espalier.io.storage;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * S3: a server in a process of its own, and a gate before it in this one. The gate decides one
 * conditional request at a time, as S3 does and the server does not.
 */
public final class S3Server implements AutoCloseable {
  /** There from the beginning. */
  public static final String BUCKET = "bucket";

  private static final Set<String> OF_THE_CONNECTION =
      Set.of("host", "connection", "content-length", "expect", "transfer-encoding", "upgrade");

  private static final Pattern KEY = Pattern.compile("<Key>([^<]*)</Key>");

  private final Process process;
  private final int port;
  private final HttpServer gate;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient client = HttpClient.newBuilder().executor(threads).build();
  private final Object conditional = new Object();
  private final AtomicLong bytesUploaded = new AtomicLong();
  private volatile boolean passesConditionsOver;
  private volatile boolean refusesCopies;

  private S3Server(Process process, int port) throws IOException {
    this.process = process;
    this.port = port;
    this.gate = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    gate.setExecutor(threads);
    gate.createContext("/", this::serve);
    gate.start();
  }

  /**
   * @param disk for its log and its files
   */
  public static S3Server start(Path disk) throws IOException, InterruptedException {
    String jar =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> entry.matches(".*s3mock-[^/]*-exec\\.jar"))
            .findFirst()
            .orElseThrow();
    int port = freePort();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx200m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + disk,
                "-jar",
                jar,
                "--server.port=0",
                "--spring.main.lazy-initialization=true",
                "--com.adobe.testing.s3mock.http-port=" + port)
            .redirectErrorStream(true)
            .redirectOutput(disk.resolve("s3.log").toFile())
            .start();
    S3Server server = new S3Server(process, port);
    server.awaitBucket();
    return server;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private void awaitBucket() throws IOException, InterruptedException {
    HttpRequest make =
        HttpRequest.newBuilder(at("/" + BUCKET)).PUT(BodyPublishers.noBody()).build();
    while (process.isAlive()) {
      try {
        if (client.send(make, BodyHandlers.discarding()).statusCode() == 200) {
          return;
        }
      } catch (IOException e) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
    throw new IOException("it has ended; see s3.log");
  }

  private URI at(String rawPath) {
    return URI.create("http://127.0.0.1:" + port + rawPath);
  }

  /** How this S3 is reached. */
  public Map<String, String> settings() {
    return Map.of(
        "fs.s3a.endpoint", "http://127.0.0.1:" + gate.getAddress().getPort(),
        "fs.s3a.endpoint.region", "us-east-1",
        "fs.s3a.path.style.access", "true",
        "fs.s3a.access.key", "anyone",
        "fs.s3a.secret.key", "anything");
  }

  /** From now on it is one of those that do not know If-None-Match. */
  void passConditionsOver(boolean passes) {
    passesConditionsOver = passes;
  }

  /** From now on it copies nothing itself, as some stores do not. */
  void refuseCopies(boolean refuses) {
    refusesCopies = refuses;
  }

  /** How many bytes all clients have sent it. */
  public long bytesUploaded() {
    return bytesUploaded.get();
  }

  /** The keys of all objects that begin so, in their order, as S3 itself tells them. */
  public List<String> keys(String prefix) throws IOException, InterruptedException {
    String query = "?list-type=2&prefix=" + URI.create(prefix).getRawPath();
    HttpRequest list = HttpRequest.newBuilder(at("/" + BUCKET + query)).build();
    List<String> keys = new ArrayList<>();
    Matcher key = KEY.matcher(client.send(list, BodyHandlers.ofString()).body());
    while (key.find()) {
      keys.add(key.group(1));
    }
    return keys;
  }

  /** The bytes of an object, without Hadoop; of its key as it is in a URL. */
  public byte[] bytes(String key) throws IOException, InterruptedException {
    HttpRequest get = HttpRequest.newBuilder(at("/" + BUCKET + "/" + key)).build();
    return client.send(get, BodyHandlers.ofByteArray()).body();
  }

  /** Makes an object. */
  public void put(String key, byte[] bytes) throws IOException, InterruptedException {
    HttpRequest put =
        HttpRequest.newBuilder(at("/" + BUCKET + "/" + key))
            .PUT(BodyPublishers.ofByteArray(bytes))
            .build();
    if (client.send(put, BodyHandlers.discarding()).statusCode() != 200) {
      throw new IOException(key + " was not made");
    }
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      boolean condition =
          exchange.getRequestHeaders().containsKey("If-None-Match")
              && exchange.getRequestMethod().equals("PUT");
      HttpRequest request = forwarded(exchange);
      if (refusesCopies && exchange.getRequestHeaders().containsKey("x-amz-copy-source")) {
        exchange.sendResponseHeaders(501, -1);
        return;
      }
      HttpResponse<byte[]> response;
      if (condition) {
        synchronized (conditional) {
          response = client.send(request, BodyHandlers.ofByteArray());
        }
      } else {
        response = client.send(request, BodyHandlers.ofByteArray());
      }
      response
          .headers()
          .map()
          .forEach(
              (name, values) -> {
                if (!OF_THE_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
                  exchange.getResponseHeaders().put(name, values);
                }
              });
      boolean head = exchange.getRequestMethod().equals("HEAD");
      if (head) {
        response
            .headers()
            .firstValue("content-length")
            .ifPresent(length -> exchange.getResponseHeaders().set("Content-Length", length));
      }
      byte[] body = response.body();
      exchange.sendResponseHeaders(
          response.statusCode(), head || body.length == 0 ? -1 : body.length);
      if (!head && body.length > 0) {
        exchange.getResponseBody().write(body);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpRequest forwarded(HttpExchange exchange) throws IOException {
    URI uri = exchange.getRequestURI();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    byte[] body = exchange.getRequestBody().readAllBytes();
    bytesUploaded.addAndGet(body.length);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(at(uri.getRawPath() + query))
            .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              boolean dropped =
                  (passesConditionsOver && name.equalsIgnoreCase("If-None-Match"))
                      || OF_THE_CONNECTION.contains(name.toLowerCase(Locale.ROOT));
              if (!dropped) {
                values.forEach(value -> request.header(name, value));
              }
            });
    return request.build();
  }

  /** What it has logged so far is in s3.log of its disk. */
  @Override
  public void close() {
    gate.stop(0);
    threads.shutdownNow();
    process.destroyForcibly().onExit().join();
  }
}
