package dev.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.ResourceManagerOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.SecurityOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.kubernetes.operator.api.FlinkDeployment;
import org.apache.flink.kubernetes.operator.api.FlinkSessionJob;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/**
 * The manifests of infra/kubernetes and the images say what Kubernetes, Flink's operator and the
 * command understand, by the classes and schemas of the former, and by the command itself.
 */
class KubernetesManifestsTest {
  private static final Path ROOT = Path.of("..");
  private static final Path MANIFESTS = ROOT.resolve("infra/kubernetes");
  private static final String GPU = "nvidia.com/gpu";

  private static final Map<String, Class<?>> KINDS =
      Map.of(
          "Job", Job.class,
          "CronJob", CronJob.class,
          "Deployment", Deployment.class,
          "FlinkDeployment", FlinkDeployment.class,
          "FlinkSessionJob", FlinkSessionJob.class);

  /** Objects whose keys are names that the user gives. */
  private static final Set<String> FREE =
      Set.of("flinkConfiguration", "limits", "requests", "labels", "matchLabels", "annotations");

  private static final ObjectMapper YAML =
      YAMLMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .annotationIntrospector(new NoOtherFields())
          .build();

  /** The classes of Kubernetes keep unknown fields; here they are errors. */
  private static final class NoOtherFields extends JacksonAnnotationIntrospector {
    @Override
    public Boolean hasAnySetter(Annotated annotated) {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "job.yaml",
        "cronjob.yaml",
        "scheduler.yaml",
        "flink-application.yaml",
        "flink-session.yaml",
        "flink-session-job.yaml"
      })
  void everyFieldIsOneOfItsKind(String name) throws IOException {
    JsonNode manifest = manifest(name);
    assertThat(problem(manifest)).isEmpty();
    List<ObjectNode> objects = new ArrayList<>();
    collect(manifest, "", objects);
    assertThat(objects).hasSizeGreaterThan(3);
    for (ObjectNode object : objects) {
      object.put("noSuchField", "x");
      assertThat(problem(manifest)).as("%s", object).isPresent();
      object.remove("noSuchField");
    }
    assertThat(problem(manifest)).isEmpty();
  }

  @Test
  void allManifestsAreAmongThese() throws IOException {
    try (Stream<Path> files = Files.list(MANIFESTS)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "job.yaml",
              "cronjob.yaml",
              "scheduler.yaml",
              "flink-application.yaml",
              "flink-session.yaml",
              "flink-session-job.yaml");
    }
  }

  @Test
  void aValueOfAnotherTypeIsRefused() throws IOException {
    ObjectNode manifest = (ObjectNode) manifest("flink-application.yaml");
    ((ObjectNode) manifest.at("/spec/job")).put("parallelism", "many");
    assertThat(problem(manifest)).isPresent();
    assertThatThrownBy(() -> YAML.readTree("a: 1\na: 2\n"))
        .isInstanceOf(com.fasterxml.jackson.core.JsonProcessingException.class);
    assertThatThrownBy(() -> YAML.treeToValue(manifest, FlinkDeployment.class))
        .isInstanceOf(JsonMappingException.class);
  }

  /** What is wrong with a manifest, by its class and, if it is of the operator, by its schema. */
  private static Optional<String> problem(JsonNode manifest) throws IOException {
    String kind = manifest.at("/kind").asText();
    try {
      Object unused = YAML.treeToValue(manifest, KINDS.get(kind));
    } catch (JsonMappingException e) {
      return Optional.of(e.getMessage());
    }
    if (!kind.startsWith("Flink")) {
      return Optional.empty();
    }
    return schema(kind).validate(manifest).stream()
        .map(message -> message.getMessage())
        .findFirst();
  }

  private static JsonSchema schema(String kind) throws IOException {
    String name =
        "META-INF/fabric8/" + kind.toLowerCase(java.util.Locale.ROOT) + "s.flink.apache.org-v1.yml";
    try (InputStream in = FlinkDeployment.class.getClassLoader().getResourceAsStream(name)) {
      JsonNode schema = YAML.readTree(in).at("/spec/versions/0/schema/openAPIV3Schema");
      ObjectNode top = (ObjectNode) schema.get("properties");
      top.putObject("apiVersion").put("const", "flink.apache.org/v1beta1");
      top.putObject("kind").put("const", kind);
      top.putObject("metadata").putObject("properties").putObject("name").put("type", "string");
      close(schema);
      return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(schema);
    }
  }

  /** As a server with field validation Strict takes it: no other properties than the named. */
  private static void close(JsonNode schema) {
    if (schema instanceof ObjectNode object && object.path("properties").isObject()) {
      object.put("additionalProperties", false);
    }
    schema.forEach(KubernetesManifestsTest::close);
  }

  private static void collect(JsonNode node, String field, List<ObjectNode> objects) {
    if (FREE.contains(field)) {
      return;
    }
    if (node instanceof ObjectNode object) {
      objects.add(object);
      object.fields().forEachRemaining(entry -> collect(entry.getValue(), entry.getKey(), objects));
    }
    if (node.isArray()) {
      node.forEach(element -> collect(element, "", objects));
    }
  }

  @Test
  void argumentsAreThoseOfTheCommand() throws Exception {
    Map<String, String> places =
        Map.of(
            "job.yaml", "/spec/template/spec/containers/0/args",
            "cronjob.yaml", "/spec/jobTemplate/spec/template/spec/containers/0/args",
            "flink-application.yaml", "/spec/job/args",
            "flink-session-job.yaml", "/spec/job/args");
    for (Map.Entry<String, String> place : places.entrySet()) {
      List<String> words = new ArrayList<>();
      manifest(place.getKey()).at(place.getValue()).forEach(word -> words.add(word.asText()));
      CommandLine.ParseResult parsed =
          Espalier.commandLine().parseArgs(words.toArray(String[]::new)).subcommand();
      assertThat(parsed.commandSpec().name())
          .isEqualTo(place.getKey().equals("cronjob.yaml") ? "refresh" : "run");
      assertThat(parsed.unmatched()).as("%s", words).isEmpty();
      assertThat(parsed.matchedPositionalValue(0, Path.of(""))).isEqualTo(Path.of("/job/job.yaml"));
      List<String> settings = parsed.matchedOptionValue("--set", List.of());
      assertThat(settings).hasSize(2);
      assertThat(
              JobFileReader.reading(ROOT.resolve("examples/triage/job.yaml"), settings).problems())
          .isEmpty();
    }
  }

  /** The scheduler tries the same codes again as a Job of Kubernetes does: docs/schedule.md. */
  @Test
  void whatAnotherTryDoesNotMendEndsAJob() throws IOException {
    Set<Integer> ended = new TreeSet<>();
    Matcher row =
        Pattern.compile("(?m)^\\| (\\d) \\|.*\\| no[^|]*\\|$")
            .matcher(Files.readString(ROOT.resolve("docs/schedule.md")));
    while (row.find()) {
      ended.add(Integer.valueOf(row.group(1)));
    }
    assertThat(ended.remove(Espalier.CONDITION_HOLDS)).isTrue(); // of sweeps alone
    Map<String, String> places =
        Map.of("job.yaml", "/spec", "cronjob.yaml", "/spec/jobTemplate/spec");
    for (Map.Entry<String, String> place : places.entrySet()) {
      Set<Integer> codes = new TreeSet<>();
      manifest(place.getKey())
          .at(place.getValue() + "/podFailurePolicy/rules/0/onExitCodes/values")
          .forEach(code -> codes.add(code.asInt()));
      assertThat(codes).as(place.getKey()).isEqualTo(ended).contains(Espalier.FAILED);
    }
  }

  @Test
  void engineAndModelsAreWithTheTaskManagers() throws IOException {
    for (String name : List.of("flink-application.yaml", "flink-session.yaml")) {
      JsonNode spec = manifest(name).get("spec");
      assertThat(spec.at("/podTemplate").toString()).doesNotContain(GPU);
      assertThat(spec.at("/jobManager").toString()).doesNotContain(GPU);
      JsonNode pod = spec.at("/taskManager/podTemplate/spec");
      JsonNode container = pod.at("/containers/0");
      assertThat(container.get("name").asText()).isEqualTo("flink-main-container");
      assertThat(container.at("/resources/limits").path(GPU).asInt()).isEqualTo(1);
      // One engine for a GPU.
      assertThat(setting(spec, "taskmanager.numberOfTaskSlots")).isEqualTo("1");
      String cache = setting(spec, "containerized.taskmanager.env.ESPALIER_CACHE");
      assertThat(container.at("/volumeMounts/0/mountPath").asText()).isEqualTo(cache);
      assertThat(container.at("/volumeMounts/0/name"))
          .isEqualTo(pod.at("/volumes/0/name"))
          .isNotNull();
    }
    JsonNode pod = manifest("job.yaml").at("/spec/template/spec");
    assertThat(pod.at("/containers/0/resources/limits").path(GPU).asInt()).isEqualTo(1);
    Map<String, String> env = new TreeMap<>();
    pod.at("/containers/0/env")
        .forEach(one -> env.put(one.get("name").asText(), one.get("value").asText()));
    assertThat(pod.at("/containers/0/volumeMounts").findValuesAsText("mountPath"))
        .contains(env.get("ESPALIER_CACHE"));
  }

  @Test
  void volumesThatAreMountedAreThere() throws IOException {
    for (String name :
        List.of(
            "job.yaml",
            "cronjob.yaml",
            "scheduler.yaml",
            "flink-application.yaml",
            "flink-session.yaml")) {
      JsonNode manifest = manifest(name);
      Set<String> mounted = new HashSet<>();
      manifest
          .findValues("volumeMounts")
          .forEach(mounts -> mounted.addAll(mounts.findValuesAsText("name")));
      Set<String> volumes = new HashSet<>();
      manifest
          .findValues("volumes")
          .forEach(all -> all.forEach(volume -> volumes.add(volume.get("name").asText())));
      assertThat(mounted).as(name).isEqualTo(volumes).contains("job", "data", "cache");
    }
  }

  @Test
  void settingsAreFlinksAndThoseOfTheSessionClusterHere() throws Exception {
    Set<String> known = new HashSet<>();
    for (Class<?> options :
        List.of(
            CoreOptions.class,
            TaskManagerOptions.class,
            HeartbeatManagerOptions.class,
            RestartStrategyOptions.class,
            MetricOptions.class,
            SecurityOptions.class)) {
      for (Field field : options.getFields()) {
        if (field.get(null) instanceof ConfigOption<?> option) {
          known.add(option.key());
        }
      }
    }
    Map<String, String> here = new TreeMap<>();
    flatten("", YAML.readTree(Files.readString(ROOT.resolve("infra/flink/config.yaml"))), here);
    for (String name : List.of("flink-application.yaml", "flink-session.yaml")) {
      JsonNode spec = manifest(name).get("spec");
      Map<String, String> settings = new TreeMap<>();
      flatten("", spec.get("flinkConfiguration"), settings);
      for (String key : settings.keySet()) {
        String prefix = ResourceManagerOptions.CONTAINERIZED_TASK_MANAGER_ENV_PREFIX;
        assertThat(key.startsWith(prefix) || known.contains(key)).as(key).isTrue();
        if (key.startsWith(prefix)) {
          assertThat(read("docs/cluster.md")).contains("`" + key.substring(prefix.length()) + "`");
        }
      }
      for (String same :
          List.of(
              "heartbeat.interval",
              "metrics.fetcher.update-interval",
              "security.delegation.tokens.enabled",
              "restart-strategy.type")) {
        assertThat(settings.get(same)).as(same).isNotNull().isEqualTo(here.get(same));
      }
      assertThat(List.of(settings.get("env.java.opts.all").split(" ")))
          .isEqualTo(ScriptFlags.ofCluster());
    }
  }

  @Test
  void imagesStartTheCommandAsTheScriptDoes() throws IOException {
    List<String> flags = new ArrayList<>(ScriptFlags.all());
    assertThat(flags).hasSize(12);
    flags.add("-Despalier.progress=false");
    String pom = read("jobs/pom.xml");
    assertThat(groups("<jvmFlag>([^<]+)</jvmFlag>", pom)).isEqualTo(flags);
    String dockerfile = read("infra/container/Dockerfile");
    List<String> entry =
        groups("\"([^\"]+)\"", dockerfile.substring(dockerfile.indexOf("ENTRYPOINT")));
    assertThat(entry.get(0)).isEqualTo("java");
    assertThat(entry.subList(1, flags.size() + 1)).isEqualTo(flags);
    assertThat(entry.get(entry.size() - 1))
        .isEqualTo(Espalier.class.getName())
        .isEqualTo(groups("<mainClass>([^<]+)</mainClass>", pom).get(0));
    for (String same : List.of("/opt/flink/usrlib", "/opt/espalier/programs/*", "9999:9999")) {
      assertThat(pom).contains(">" + same + "<");
      assertThat(dockerfile).contains(same);
    }
  }

  @Test
  void imagesAndJarsAreOfThisVersion() throws IOException {
    String version = groups("<version>([^<]+)</version>", read("pom.xml")).get(0);
    for (String name :
        List.of(
            "job.yaml",
            "cronjob.yaml",
            "scheduler.yaml",
            "flink-application.yaml",
            "flink-session.yaml")) {
      assertThat(manifest(name).findValuesAsText("image")).containsExactly("espalier:" + version);
    }
    assertThat(manifest("flink-application.yaml").at("/spec/job/jarURI").asText())
        .isEqualTo("local:///opt/flink/usrlib/classpath/jobs-" + version + ".jar");
    assertThat(manifest("flink-session-job.yaml").at("/spec/deploymentName"))
        .isEqualTo(manifest("flink-session.yaml").at("/metadata/name"));
    for (String name : List.of("flink-application.yaml", "flink-session-job.yaml")) {
      assertThat(manifest(name).at("/spec/job/entryClass").asText())
          .isEqualTo(Espalier.class.getName());
    }
  }

  private static String setting(JsonNode spec, String key) {
    return spec.get("flinkConfiguration").path(key).asText();
  }

  private static void flatten(String prefix, JsonNode node, Map<String, String> into) {
    node.fields()
        .forEachRemaining(
            entry -> {
              if (entry.getValue().isObject()) {
                flatten(prefix + entry.getKey() + ".", entry.getValue(), into);
              } else {
                into.put(prefix + entry.getKey(), entry.getValue().asText());
              }
            });
  }

  private static List<String> groups(String pattern, String text) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map((MatchResult m) -> m.group(1))
        .toList();
  }

  private static JsonNode manifest(String name) throws IOException {
    return YAML.readTree(Files.readString(MANIFESTS.resolve(name)));
  }

  private static String read(String file) throws IOException {
    return Files.readString(ROOT.resolve(file));
  }
}
