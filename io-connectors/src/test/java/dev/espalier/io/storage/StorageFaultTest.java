package dev.espalier.io.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.espalier.io.FileProblemException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the first contact with a storage says, of a server that answers as the storage would. */
class StorageFaultTest {
  @TempDir Path directory;

  private final List<String> requests = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private int status = 404;
  private String body = "";

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String authorization = exchange.getRequestHeaders().getFirst("Authorization");
      requests.add(
          exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + authorization);
      exchange.getRequestBody().readAllBytes();
      boolean token = exchange.getRequestURI().getPath().equals("/token");
      boolean head = exchange.getRequestMethod().equals("HEAD");
      byte[] bytes =
          (token ? "{\"access_token\":\"t0\",\"token_type\":\"Bearer\",\"expires_in\":3600}" : body)
              .getBytes(UTF_8);
      exchange
          .getResponseHeaders()
          .set("Content-Type", token ? "application/json" : "application/xml");
      exchange.sendResponseHeaders(
          token ? 200 : status, head || bytes.length == 0 ? -1 : bytes.length);
      if (!head) {
        exchange.getResponseBody().write(bytes);
      }
    }
  }

  private Map<String, String> s3() {
    return new HashMap<>(
        Map.of(
            "fs.s3a.endpoint", "http://" + address(),
            "fs.s3a.endpoint.region", "us-east-1",
            "fs.s3a.cross.region.access.enabled", "false",
            "fs.s3a.path.style.access", "true",
            "fs.s3a.access.key", "a",
            "fs.s3a.secret.key", "b"));
  }

  /** The codes of S3's documentation. A HEAD has no body, so the listing after it tells. */
  @ParameterizedTest
  @CsvSource({
    "404, NoSuchBucket, there is no such bucket",
    "403, InvalidAccessKeyId, the access key is not known there",
    "403, SignatureDoesNotMatch, the secret key does not belong to the access key",
    "403, AccessDenied, access is denied",
    "400, ExpiredToken, the credentials have expired",
    "400, AuthorizationHeaderMalformed, the bucket is in another region",
    "301, PermanentRedirect, the bucket is in another region",
    "503, SlowDown, it is overloaded or out of order",
  })
  void whatS3AnswersIsToldInPlainWords(int code, String name, String words) {
    status = code;
    body = "<Error><Code>" + name + "</Code><Message>said by S3</Message></Error>";
    // Not to wait between two tries.
    Map<String, String> settings = s3();
    settings.put("fs.s3a.retry.throttle.interval", "1ms");
    settings.put("fs.s3a.retry.throttle.limit", "1");
    assertThatThrownBy(() -> new StorageOptions(settings).contact("s3a://bucket/in"))
        .isInstanceOf(FileProblemException.class)
        .message()
        .startsWith("s3a://bucket/in: ")
        .contains(words)
        .doesNotContain("Exception", "software.amazon", "org.apache");
    assertThat(requests).isNotEmpty();
  }

  @Test
  void nothingThatAnswersIsToldSoon() {
    server.stop(0);
    assertThatThrownBy(() -> new StorageOptions(s3()).contact("s3a://bucket/in"))
        .isInstanceOf(FileProblemException.class)
        .hasMessageContaining("s3a://bucket/in: nothing answers at 127.0.0.1:");
    Map<String, String> nowhere = s3();
    nowhere.put("fs.s3a.endpoint", "http://no-such-host.invalid");
    assertThatThrownBy(() -> new StorageOptions(nowhere).contact("s3a://bucket/in"))
        .isInstanceOf(FileProblemException.class)
        .hasMessageContaining("the host is not known");
    assertThatThrownBy(() -> StorageOptions.defaults().contact("hdfs://127.0.0.1:1/in"))
        .isInstanceOf(FileProblemException.class)
        .hasMessageContaining("hdfs://127.0.0.1:1/in: nothing answers at ");
  }

  @Test
  void withoutCredentialsItIsSaidWhereTheyMayStand() {
    Map<String, String> settings = s3();
    settings.remove("fs.s3a.access.key");
    settings.put(
        "fs.s3a.aws.credentials.provider", "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider");
    assertThatThrownBy(() -> new StorageOptions(settings).contact("s3a://bucket/in"))
        .isInstanceOf(FileProblemException.class)
        .hasMessageContaining("there are no credentials for it. Set AWS_ACCESS_KEY_ID");
    assertThat(requests).isEmpty();
    assertThatThrownBy(
            () -> StorageOptions.defaults().contact("abfs://box@account.dfs.core.windows.net/in"))
        .isInstanceOf(FileProblemException.class)
        .hasMessageContaining("there are no credentials for it. Set fs.azure.account.key");
  }

  @Test
  void aStorageThatAnsweredIsAskedOnce() throws IOException {
    StorageOptions options = new StorageOptions(s3());
    options.contact("s3a://bucket/in");
    int asked = requests.size();
    options.contact("s3a://bucket/out");
    assertThat(requests).hasSize(asked);
    options.contact("s3a://other/in");
    assertThat(requests.size()).isGreaterThan(asked);
  }

  @Test
  void theConnectorOfAzureSignsItsFirstRequest() throws IOException {
    StorageOptions options =
        new StorageOptions(
            Map.of(
                "fs.azure.account.key." + address(),
                "aGVsbG8=",
                "fs.azure.account.hns.enabled",
                "true",
                "fs.azure.always.use.https",
                "false"));
    options.contact("abfs://box@" + address() + "/in/rows.jsonl");
    assertThat(requests)
        .first()
        .asString()
        .startsWith("HEAD /box/in/rows.jsonl?")
        .contains(" SharedKey 127:");
  }

  @Test
  void theConnectorOfGoogleLogsInWithItsKeyFile() throws Exception {
    KeyPairGenerator keys = KeyPairGenerator.getInstance("RSA");
    keys.initialize(2048);
    String key =
        Base64.getEncoder().encodeToString(keys.generateKeyPair().getPrivate().getEncoded());
    Path file =
        Files.writeString(
            directory.resolve("key.json"),
            """
            {"type": "service_account", "project_id": "p", "private_key_id": "1",
             "private_key": "-----BEGIN PRIVATE KEY-----\\n%s\\n-----END PRIVATE KEY-----\\n",
             "client_email": "job@p.iam.gserviceaccount.com", "client_id": "1",
             "token_uri": "http://%s/token"}
            """
                .formatted(key, address()));
    StorageOptions options =
        new StorageOptions(
            Map.of(
                "fs.gs.auth.service.account.enable",
                "true",
                "fs.gs.auth.service.account.json.keyfile",
                file.toString(),
                "fs.gs.token.server.url",
                "http://" + address() + "/token",
                "fs.gs.storage.root.url",
                "http://" + address() + "/",
                "fs.gs.project.id",
                "p"));
    options.contact("gs://bucket/in/rows.jsonl");
    assertThat(requests).first().asString().startsWith("POST /token");
    assertThat(requests)
        .anyMatch(
            request -> request.matches("GET /storage/v1/b/bucket/o.*in.*rows.jsonl.* Bearer t0"));
  }
}
