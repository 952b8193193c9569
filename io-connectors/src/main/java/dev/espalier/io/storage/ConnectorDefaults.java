package dev.espalier.io.storage;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/**
 * What is set where neither a site file nor the user says anything: Hadoop's own defaults look for
 * credentials in fewer places than other programs do, and keep files where nobody removes them.
 */
final class ConnectorDefaults {
  private static final String HADOOPS_OWN = "core-default.xml";

  private static final Map<String, String> DEFAULTS =
      Map.ofEntries(
          // Hadoop knows those of other schemes.
          Map.entry("fs.gs.impl", "com.google.cloud.hadoop.fs.gcs.GoogleHadoopFileSystem"),
          Map.entry(
              "fs.s3a.aws.credentials.provider",
              "org.apache.hadoop.fs.s3a.TemporaryAWSCredentialsProvider,"
                  + "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider,"
                  + "software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider"),
          // Hadoop's would try for a quarter of an hour where nothing answers.
          Map.entry("fs.s3a.attempts.maximum", "4"),
          Map.entry("fs.s3a.retry.limit", "6"),
          Map.entry("fs.azure.io.retry.max.retries", "8"),
          // The process removes it at its end.
          Map.entry("fs.s3a.buffer.dir", "${java.io.tmpdir}/s3a"),
          Map.entry("fs.azure.buffer.dir", "${java.io.tmpdir}/abfs"));

  /** Few and short tries, for a storage of which it is not known yet that it answers. */
  private static final Map<String, String> IMPATIENT =
      Map.ofEntries(
          Map.entry("fs.s3a.attempts.maximum", "2"),
          Map.entry("fs.s3a.retry.limit", "0"),
          Map.entry("fs.s3a.retry.throttle.limit", "3"),
          Map.entry("fs.s3a.connection.establish.timeout", "15s"),
          Map.entry("fs.s3a.connection.timeout", "15s"),
          Map.entry("fs.s3a.connection.request.timeout", "30s"),
          Map.entry("fs.gs.http.max.retry", "1"),
          Map.entry("fs.gs.http.connect-timeout", "5000"),
          Map.entry("fs.gs.http.read-timeout", "10000"),
          Map.entry("fs.azure.io.retry.max.retries", "1"),
          Map.entry("fs.azure.io.retry.backoff.interval", "500"),
          Map.entry("fs.azure.oauth.token.fetch.retry.max.retries", "1"),
          Map.entry("fs.azure.http.connection.timeout", "5000"),
          Map.entry("fs.azure.http.read.timeout", "10000"),
          Map.entry("ipc.client.connect.max.retries", "2"),
          Map.entry("ipc.client.connect.max.retries.on.timeouts", "1"),
          Map.entry("ipc.client.connect.timeout", "5000"),
          Map.entry("ipc.client.rpc-timeout.ms", "15000"),
          Map.entry("dfs.client.retry.max.attempts", "2"),
          Map.entry("dfs.client.failover.max.attempts", "4"),
          Map.entry("dfs.client.failover.sleep.base.millis", "200"));

  private ConnectorDefaults() {}

  /** Sets what nobody has set. */
  static void complete(Configuration configuration) {
    DEFAULTS.forEach((name, value) -> setIfUnset(configuration, name, value));
  }

  /** The settings for the first contact with a storage that nobody has set. */
  static Map<String, String> impatient(Configuration configuration) {
    Map<String, String> settings = new HashMap<>(IMPATIENT);
    settings.keySet().removeIf(name -> isSet(configuration, name));
    return settings;
  }

  private static void setIfUnset(Configuration configuration, String name, String value) {
    if (!isSet(configuration, name)) {
      configuration.set(name, value, HADOOPS_OWN);
    }
  }

  /** Whether a site file or the user sets it. */
  private static boolean isSet(Configuration configuration, String name) {
    String[] sources = configuration.getPropertySources(name);
    return sources != null
        && Arrays.stream(sources).anyMatch(source -> !source.endsWith("-default.xml"));
  }
}
