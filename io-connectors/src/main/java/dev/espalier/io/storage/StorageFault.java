package dev.espalier.io.storage;

import dev.espalier.io.FileProblemException;
import dev.espalier.io.IoReason;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/**
 * Says in plain words what a storage's client means, and what to do about it. The clients' classes
 * are not there unless their jars are, so what they throw is known by its names and codes. What its
 * owner has to mend becomes a {@link FileProblemException}, what may pass stays an exception of
 * input and output; the original is kept beside it, not as its cause, since it would be told again.
 */
final class StorageFault {
  private record Meaning(Pattern sign, String problem, String remedy, boolean passes) {
    static Meaning lasting(String sign, String problem, String remedy) {
      return new Meaning(Pattern.compile(sign), problem, remedy, false);
    }

    static Meaning passing(String sign, String problem, String remedy) {
      return new Meaning(Pattern.compile(sign), problem, remedy, true);
    }
  }

  /** Signs are looked for in names and messages of all causes; the first that is found tells. */
  private static final List<Meaning> OF_ALL =
      List.of(
          Meaning.lasting(
              "PKIX path|SSLHandshakeException|CertificateException|SSLPeerUnverified",
              "its certificate is not trusted",
              "Give the JVM a trust store that has it:"
                  + " ESPALIER_JAVA_OPTS=-Djavax.net.ssl.trustStore=FILE"),
          Meaning.lasting(
              "Unsupported or unrecognized SSL message|NotSslRecordException",
              "it does not speak TLS there",
              "Write the endpoint with http://, or name the port of its TLS"),
          Meaning.lasting(
              "UnknownHostException",
              "the host is not known",
              "Check the path and the endpoint, and this machine's name service"),
          Meaning.passing(
              "ConnectException|Connection refused|NoRouteToHost|HttpHostConnect",
              "nothing answers",
              "Check that it runs, the endpoint and the network, and run the same command again"),
          Meaning.passing(
              "ConnectTimeout|SocketTimeout|ApiCallTimeout|timed out|TimeoutException",
              "no answer in time",
              "Check the endpoint, the network and its firewalls, and run the same command again"),
          Meaning.passing(
              "SlowDown|Status Code: 503|ServerBusy|Status Code: 500|InternalError",
              "it is overloaded or out of order",
              "Run the same command again later, with fewer runner.workers"));

  private static final List<Meaning> OF_S3 =
      List.of(
          Meaning.lasting(
              "NoAuthWithAWSException|NoAwsCredentials|Unable to load credentials",
              "there are no credentials for it",
              "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a profile of ~/.aws in"
                  + " AWS_PROFILE, or give the machine a role"),
          Meaning.lasting(
              "InvalidAccessKeyId",
              "the access key is not known there",
              "Check AWS_ACCESS_KEY_ID or the profile, and that the endpoint is that of the key"),
          Meaning.lasting(
              "SignatureDoesNotMatch",
              "the secret key does not belong to the access key",
              "Check AWS_SECRET_ACCESS_KEY or the profile"),
          Meaning.lasting(
              "ExpiredToken|TokenRefreshRequired|InvalidToken|RequestExpired",
              "the credentials have expired",
              "Renew them, and run the same command again; it goes on"),
          Meaning.lasting(
              "RequestTimeTooSkewed",
              "the clock of this machine is too far from that of the storage",
              "Set the clock, and run the same command again"),
          Meaning.lasting(
              "AuthorizationHeaderMalformed|PermanentRedirect|AWSRedirect|IllegalLocation"
                  + "|Status Code: 301|IncorrectEndpoint",
              "the bucket is in another region",
              "Set AWS_REGION or fs.s3a.endpoint.region to the bucket's region"),
          Meaning.lasting(
              "UnknownStoreException|NoSuchBucket",
              "there is no such bucket",
              "Check the name and the endpoint, or make it; nothing here makes buckets"),
          Meaning.lasting(
              "RemoteFileChanged|NoVersionAttribute",
              "the file was changed while it was read",
              "Change no input while a job runs, and run the same command again"),
          Meaning.lasting(
              "AccessDenied|Status Code: 403|Forbidden|Status Code: 401|AllAccessDisabled",
              "access is denied",
              "Give this user s3:ListBucket on the bucket, and s3:GetObject there; for a table"
                  + " s3:PutObject and s3:DeleteObject too"),
          Meaning.lasting(
              "KMS\\.|KMSException",
              "its key for encryption cannot be used",
              "Give this user kms:Decrypt and kms:GenerateDataKey for the bucket's key"));

  private static final List<Meaning> OF_GCS =
      List.of(
          Meaning.lasting(
              "Error getting access token|Default Credentials are not available"
                  + "|[Nn]o valid credential|metadata server",
              "there are no credentials for it",
              "Name a key file in GOOGLE_APPLICATION_CREDENTIALS or"
                  + " fs.gs.auth.service.account.json.keyfile"),
          Meaning.lasting(
              "invalid_grant|401 Unauthorized|Invalid Credentials",
              "the credentials are not accepted",
              "Check the key file and its account, and the clock of this machine"),
          Meaning.lasting(
              "bucket does not exist|[Bb]ucket not found",
              "there is no such bucket",
              "Check the name, or make it; nothing here makes buckets"),
          Meaning.lasting(
              "403 Forbidden|AccessDenied|does not have storage",
              "access is denied",
              "Give this account the role Storage Object User on the bucket"));

  private static final List<Meaning> OF_AZURE =
      List.of(
          Meaning.lasting(
              "KeyProviderException|ConfigurationPropertyNotFound|TokenAccessProviderException"
                  + "|SASTokenProviderException|detected for fs\\.azure\\.account\\.key",
              "there are no credentials for it",
              "Set fs.azure.account.key.ACCOUNT.dfs.core.windows.net, or"
                  + " fs.azure.account.auth.type and what it needs"),
          Meaning.lasting(
              "AuthenticationFailed|HttpException: .*AADToken|AADSTS|InvalidAuthenticationInfo",
              "the credentials are not accepted",
              "Check the account's key or the application's secret, and the clock of this machine"),
          Meaning.lasting(
              "FilesystemNotFound|ContainerNotFound|container does not exist",
              "there is no such container",
              "Check the name and the account, or make it; nothing here makes containers"),
          Meaning.lasting(
              "AuthorizationFailure|AuthorizationPermissionMismatch|InsufficientAccountPermissions"
                  + "|AccessDenied|statusCode: 403|, 403,",
              "access is denied",
              "Give this account the role Storage Blob Data Contributor on the container"));

  private static final List<Meaning> OF_HDFS =
      List.of(
          Meaning.lasting(
              "GSSException|No valid credentials|KrbException|SASL|Client cannot authenticate via"
                  + "|SIMPLE authentication is not enabled",
              "it wants a login that this user has not done",
              "Run kinit, or set security.kerberos.login.keytab of Flink; HADOOP_CONF_DIR has to"
                  + " name the cluster's configuration"),
          Meaning.lasting(
              "AccessControlException|AccessDenied",
              "permission denied",
              "Give this user the right to read and write there"),
          Meaning.lasting(
              "QuotaExceeded|QuotaByStorageTypeExceeded",
              "the quota of the directory is used up",
              "Make room, or have the quota raised"),
          Meaning.passing(
              "SafeModeException|[Nn]ame node is in safe mode",
              "its name node is in safe mode, and takes no files",
              "Wait until it has left it, and run the same command again"));

  private static final Map<String, List<Meaning>> BY_SCHEME =
      Map.of(
          "s3a",
          OF_S3,
          "gs",
          OF_GCS,
          "abfs",
          OF_AZURE,
          "abfss",
          OF_AZURE,
          "hdfs",
          OF_HDFS,
          "webhdfs",
          OF_HDFS,
          "swebhdfs",
          OF_HDFS,
          "viewfs",
          OF_HDFS);

  private static final Map<String, String> CONNECTORS =
      Map.of("s3a", "s3", "gs", "gcs", "abfs", "abfs", "abfss", "abfs");

  /** Schemes of the same storages that other programs know. */
  private static final Map<String, String> OTHER_NAMES =
      Map.of("s3", "s3a", "s3n", "s3a", "wasb", "abfs", "wasbs", "abfss", "gcs", "gs");

  private static final Pattern HOST =
      Pattern.compile("[Cc]onnect to (\\S+:\\d+)|\\bto (\\S+:\\d+)");
  private static final Pattern EXPECTED_REGION = Pattern.compile("expecting '([\\w-]+)'");
  private static final Pattern SERVICE = Pattern.compile("\\s*\\(Service: .*", Pattern.DOTALL);

  private StorageFault() {}

  /** What to throw instead of {@code failure}, which may be itself. */
  static IOException of(String path, IOException failure) {
    if (isPlain(failure) && !isMissingContainer(failure)) {
      return failure;
    }
    String scheme = path.contains(":") ? path.substring(0, path.indexOf(':')) : "";
    if (failure instanceof UnsupportedFileSystemException) {
      return noConnector(path, scheme, failure);
    }
    String text = text(failure);
    for (List<Meaning> meanings : List.of(BY_SCHEME.getOrDefault(scheme, List.of()), OF_ALL)) {
      for (Meaning meaning : meanings) {
        if (meaning.sign.matcher(text).find()) {
          return of(path, meaning, text, failure);
        }
      }
    }
    return CONNECTORS.containsKey(scheme)
        ? beside(new IOException(path + ": " + innermost(failure)), failure)
        : failure;
  }

  /** The same, where whoever gave the path can be told at once. */
  static FileProblemException ofContact(String path, IOException failure) {
    IOException told = of(path, failure);
    if (told instanceof FileProblemException problem) {
      return problem;
    }
    String words = told == failure ? path + ": " + IoReason.of(told) : told.getMessage();
    int remedy = words.lastIndexOf(". ");
    return beside(
        remedy < 0
            ? new FileProblemException(words, "Check the path and its storage")
            : new FileProblemException(
                words.substring(0, remedy), words.substring(remedy + 2).replaceFirst("\\.$", "")),
        failure);
  }

  private static IOException of(String path, Meaning meaning, String text, IOException failure) {
    Matcher host = HOST.matcher(text);
    String place = "";
    if (meaning.passes && host.find()) {
      place = " at " + (host.group(1) == null ? host.group(2) : host.group(1));
    }
    Matcher region = EXPECTED_REGION.matcher(text);
    String problem =
        path + ": " + meaning.problem + place + (region.find() ? ", " + region.group(1) : "");
    return beside(
        meaning.passes
            ? new IOException(problem + ". " + meaning.remedy + ".")
            : new FileProblemException(problem, meaning.remedy),
        failure);
  }

  private static FileProblemException noConnector(String path, String scheme, IOException failure) {
    if (OTHER_NAMES.containsKey(scheme)) {
      return beside(
          new FileProblemException(
              path + ": no storage is known by " + scheme + "://",
              "Write " + OTHER_NAMES.get(scheme) + "://"),
          failure);
    }
    String connector = CONNECTORS.get(scheme);
    return beside(
        connector == null
            ? new FileProblemException(
                path + ": no file system is known for " + scheme + "://",
                "Check the path, or put the jar of its file system on ESPALIER_CLASSPATH")
            : new FileProblemException(
                path + ": the connector for " + scheme + ":// is not there",
                "Bring it with `espalier connector " + connector + "`; see docs/storage.md"),
        failure);
  }

  /** A storage that was told to create a file only if there is none, and replaced it. */
  static FileProblemException unconditional(String path) {
    return new FileProblemException(
        path
            + ": the storage replaces a file although it was told to create one only where none"
            + " is, so it cannot keep two jobs from writing to one table",
        "Use a storage that knows `If-None-Match`; or set fs.s3a.create.conditional.enabled=false,"
            + " and never start two jobs with one output");
  }

  static void throwIfMissingContainer(String path, FileNotFoundException failure)
      throws IOException {
    if (isMissingContainer(failure)) {
      throw of(path, failure);
    }
  }

  /** Whether it is the bucket or container that is not there. */
  static boolean isMissingContainer(Throwable failure) {
    return text(failure)
        .matches(
            "(?s).*(UnknownStoreException|NoSuchBucket|FilesystemNotFound|ContainerNotFound).*");
  }

  /** Whether S3 refused without a word, as it does where an answer has no body. */
  static boolean isBare(IOException failure) {
    return text(failure).matches("(?s).*Status Code: (400|401|403).*");
  }

  /** Whether a conditional request met another that was not decided yet. */
  static boolean isConflict(IOException failure) {
    return text(failure).matches("(?s).*(ConditionalRequestConflict|Status Code: 409).*");
  }

  /** Whether the condition of a request did not hold. */
  static boolean isPrecondition(IOException failure) {
    return text(failure).matches("(?s).*(PreconditionFailed|Status Code: 412).*");
  }

  private static boolean isPlain(IOException failure) {
    return failure instanceof FileProblemException
        || failure instanceof FileNotFoundException
        || failure instanceof NoSuchFileException
        || failure instanceof FileAlreadyExistsException;
  }

  private static <E extends IOException> E beside(E told, IOException original) {
    told.addSuppressed(original);
    return told;
  }

  /** Names and messages of a failure, of its causes, and of those that lie beside them. */
  private static String text(Throwable failure) {
    StringBuilder text = new StringBuilder();
    collect(failure, text, Collections.newSetFromMap(new IdentityHashMap<>()));
    return text.toString();
  }

  private static void collect(Throwable at, StringBuilder text, Set<Throwable> seen) {
    if (at == null || !seen.add(at)) {
      return;
    }
    text.append(at.getClass().getSimpleName()).append(": ").append(at.getMessage()).append('\n');
    collect(at.getCause(), text, seen);
    for (Throwable beside : at.getSuppressed()) {
      collect(beside, text, seen);
    }
  }

  private static String innermost(Throwable failure) {
    return SERVICE.matcher(IoReason.ofInnermost(failure)).replaceFirst("");
  }
}
