package dev.espalier.io.storage;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** An HDFS in this process, with one node for names and one for data. */
public final class MiniHdfs implements AutoCloseable {
  // By name: its jar is needed to run this and no other test.
  private static final String CLUSTER = "org.apache.hadoop.hdfs.MiniDFSCluster";

  private final AutoCloseable cluster;
  private final URI uri;

  private MiniHdfs(AutoCloseable cluster, URI uri) {
    this.cluster = cluster;
    this.uri = uri;
  }

  public static MiniHdfs start(Path disk) throws ReflectiveOperationException {
    Configuration configuration = new Configuration();
    configuration.set("hdfs.minidfs.basedir", disk.toString());
    Class<?> builder = Class.forName(CLUSTER + "$Builder");
    Object made = builder.getConstructor(Configuration.class).newInstance(configuration);
    Object cluster = builder.getMethod("build").invoke(made);
    cluster.getClass().getMethod("waitActive").invoke(cluster);
    URI uri = (URI) cluster.getClass().getMethod("getURI").invoke(cluster);
    return new MiniHdfs((AutoCloseable) cluster, uri);
  }

  public String path(String absolute) {
    return uri + absolute;
  }

  public StorageOptions options() {
    return new StorageOptions(Map.of("dfs.replication", "1"));
  }

  @Override
  public void close() {
    try {
      cluster.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
