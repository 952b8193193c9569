package dev.espalier.eval.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A browser that a test drives as a reader does, by its DevTools protocol. */
final class Chromium implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SECONDS = 60;

  private final Process process;
  private final WebSocket socket;
  private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
  private final AtomicInteger number = new AtomicInteger();
  private final List<String> problems = new CopyOnWriteArrayList<>();

  /** Where a browser is installed. */
  static Optional<Path> find() {
    return Stream.of(System.getenv("PATH").split(":"))
        .flatMap(
            folder ->
                Stream.of("chromium", "chromium-browser", "google-chrome")
                    .map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  Chromium(Path scratch) throws Exception {
    Path profile = scratch.resolve("profile");
    process =
        new ProcessBuilder(
                find().orElseThrow().toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(scratch.resolve("chromium.log").toFile())
            .start();
    Path file = profile.resolve("DevToolsActivePort");
    for (int i = 0; i < 10 * SECONDS && !isWritten(file); i++) {
      Thread.sleep(100);
    }
    String port = Files.readAllLines(file).get(0);
    HttpClient http = HttpClient.newHttpClient();
    HttpRequest pages =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/list")).build();
    JsonNode page = null;
    for (int i = 0; i < 10 * SECONDS && page == null; i++) {
      for (JsonNode target :
          JSON.readTree(http.send(pages, HttpResponse.BodyHandlers.ofString()).body())) {
        page = target.get("type").asText().equals("page") ? target : page;
      }
      Thread.sleep(page == null ? 100 : 0);
    }
    socket =
        http.newWebSocketBuilder()
            .buildAsync(URI.create(page.get("webSocketDebuggerUrl").asText()), new Listener())
            .get(SECONDS, TimeUnit.SECONDS);
    call("Runtime.enable", Map.of());
    call("Page.enable", Map.of());
    call("Log.enable", Map.of());
    call("Network.enable", Map.of());
  }

  private static boolean isWritten(Path file) throws IOException {
    return Files.exists(file) && Files.readAllLines(file).size() > 1;
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder message = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
      message.append(text);
      if (last) {
        take(message.toString());
        message.setLength(0);
      }
      from.request(1);
      return null;
    }
  }

  private void take(String message) {
    try {
      JsonNode json = JSON.readTree(message);
      if (json.has("id")) {
        answers.remove(json.get("id").asInt()).complete(json);
        return;
      }
      String method = json.path("method").asText();
      if (method.equals("Runtime.exceptionThrown") || method.equals("Log.entryAdded")) {
        problems.add(json.get("params").toString());
      } else if (method.equals("Network.requestWillBeSent")) {
        String url = json.at("/params/request/url").asText();
        if (!url.startsWith("file:") && !url.startsWith("data:")) {
          problems.add("asked for " + url);
        }
      }
    } catch (IOException e) {
      problems.add(e.toString());
    }
  }

  JsonNode call(String method, Map<String, ?> parameters) throws Exception {
    int id = number.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    answers.put(id, answer);
    ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
    message.set("params", JSON.valueToTree(parameters));
    socket.sendText(message.toString(), true).get(SECONDS, TimeUnit.SECONDS);
    JsonNode json = answer.get(SECONDS, TimeUnit.SECONDS);
    if (json.has("error")) {
      throw new IllegalStateException(method + ": " + json.get("error"));
    }
    return json.get("result");
  }

  /** Errors of scripts, and what the page asked of the network. */
  List<String> problems() {
    return problems;
  }

  void view(int width, int height, boolean dark) throws Exception {
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    call(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(
                Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"),
                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
  }

  /** Opens a report, and waits until it is drawn. */
  void open(Path page) throws Exception {
    call("Page.navigate", Map.of("url", page.toUri().toString()));
    await("document.documentElement?.dataset.ready === 'true'");
    awaitQuestions();
  }

  /** Waits until the list of questions is drawn. */
  void awaitQuestions() throws Exception {
    await("document.getElementById('list').getAttribute('aria-busy') === 'false'");
  }

  /** Waits until an expression is true. */
  void await(String expression) throws Exception {
    for (int i = 0; i < 20 * SECONDS; i++) {
      if (evaluate(expression).asBoolean()) {
        return;
      }
      Thread.sleep(50);
    }
    throw new IllegalStateException("never true: " + expression + "; " + problems);
  }

  /** The value of an expression of JavaScript; of a promise what it gives. */
  JsonNode evaluate(String expression) throws Exception {
    JsonNode result =
        call(
            "Runtime.evaluate",
            Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
    if (result.has("exceptionDetails")) {
      throw new IllegalStateException(expression + ": " + result.get("exceptionDetails"));
    }
    return result.path("result").path("value");
  }

  String text(String selector) throws Exception {
    return evaluate("document.querySelector(" + quoted(selector) + ").innerText").asText();
  }

  int count(String selector) throws Exception {
    return evaluate("document.querySelectorAll(" + quoted(selector) + ").length").asInt();
  }

  static String quoted(String text) throws IOException {
    return JSON.writeValueAsString(text);
  }

  /** Clicks where an element is, with the mouse. */
  void click(String selector) throws Exception {
    JsonNode at =
        evaluate(
            "(() => { const e = document.querySelector("
                + quoted(selector)
                + "); e.scrollIntoView({block: 'center', inline: 'center'});"
                + " const r = e.getBoundingClientRect();"
                + " return [r.x + Math.min(r.width / 2, 30), r.y + r.height / 2]; })()");
    for (String type : List.of("mousePressed", "mouseReleased")) {
      call(
          "Input.dispatchMouseEvent",
          Map.of(
              "type",
              type,
              "x",
              at.get(0).asDouble(),
              "y",
              at.get(1).asDouble(),
              "button",
              "left",
              "clickCount",
              1));
    }
  }

  /** Presses a key such as {@code ArrowDown}. */
  void press(String key) throws Exception {
    Map<String, Object> event =
        key.length() == 1
            ? Map.of("type", "keyDown", "key", key, "text", key)
            : Map.of(
                "type", "keyDown", "key", key, "code", key, "windowsVirtualKeyCode", code(key));
    call("Input.dispatchKeyEvent", event);
    call("Input.dispatchKeyEvent", Map.of("type", "keyUp", "key", key));
  }

  private static int code(String key) {
    return switch (key) {
      case "Tab" -> 9;
      case "Enter" -> 13;
      case "Escape" -> 27;
      case "End" -> 35;
      case "Home" -> 36;
      case "ArrowUp" -> 38;
      case "ArrowDown" -> 40;
      default -> 0;
    };
  }

  /** Types into what has the focus. */
  void type(String text) throws Exception {
    call("Input.insertText", Map.of("text", text));
  }

  /** Chooses in a select box. */
  void select(String selector, String label) throws Exception {
    evaluate(
        "(() => { const box = document.querySelector("
            + quoted(selector)
            + "); box.value = [...box.options].find((o) => o.text === "
            + quoted(label)
            + ").value; box.dispatchEvent(new Event('change', {bubbles: true})); })()");
  }

  byte[] screenshot(boolean whole) throws Exception {
    JsonNode picture =
        call("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", whole));
    return Base64.getDecoder().decode(picture.get("data").asText());
  }

  /** As it would be printed. */
  byte[] pdf() throws Exception {
    return Base64.getDecoder()
        .decode(call("Page.printToPDF", Map.of("printBackground", false)).get("data").asText());
  }

  @Override
  public void close() {
    socket.sendText("{\"id\":0,\"method\":\"Browser.close\"}", true).join();
    process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join().destroyForcibly();
  }
}
