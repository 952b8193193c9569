package dev.espalier.io.storage;

import java.io.IOException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.s3a.S3AFileSystem;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * S3's CopyObject, by which a store copies an object itself. Its classes are there only where those
 * of S3's client are.
 */
final class ServerSideCopy {
  /** What CopyObject takes at most. */
  private static final long MOST_BYTES = 5L << 30;

  private ServerSideCopy() {}

  /**
   * Copies a file within its bucket, with the encryption that the file system writes with.
   *
   * @return false if it cannot be copied so
   * @throws RuntimeException of the client, if the store refused
   */
  static boolean copy(FileSystem fileSystem, Path from, Path to) throws IOException {
    boolean isOneBucket =
        from.toUri().getAuthority() != null
            && from.toUri().getAuthority().equals(to.toUri().getAuthority());
    if (!(fileSystem instanceof S3AFileSystem s3) || !isOneBucket) {
      return false;
    }
    HeadObjectResponse source = s3.getS3AInternals().getObjectMetadata(from);
    if (source.contentLength() > MOST_BYTES) {
      return false;
    }
    CopyObjectRequest request =
        s3.getRequestFactory()
            .newCopyObjectRequestBuilder(s3.pathToKey(from), s3.pathToKey(to), source)
            .build();
    s3.getS3AInternals().getAmazonS3Client("copy").copyObject(request);
    return true;
  }
}
