package dev.espalier.jobs;

import dev.espalier.io.snapshot.SnapshotLayout;
import dev.espalier.io.step.StepCache;
import dev.espalier.pipeline.StepMemory;
import dev.espalier.row.StepRecord;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * The step cache of a table.
 *
 * @param identity of the model and its arithmetic
 * @param recalls whether what it holds is taken over, not only added to
 */
record StepsOfRows(StepCache cache, String identity, boolean recalls) implements StepMemory {

  static StepsOfRows of(PreparedJob job, boolean recalls) throws IOException {
    JobFile.Refresh kept = job.file().refresh();
    StepCache cache =
        StepCache.open(
            new SnapshotLayout(job.output().home()).steps(),
            job.output().storage(),
            kept.stepCacheBytes(),
            Duration.ofDays(kept.stepCacheDays()));
    String identity = job.modelHash() + " " + Fingerprint.arithmetic(job.file().engine());
    return new StepsOfRows(cache, identity, recalls);
  }

  @Override
  public int buckets() {
    return recalls && !cache.isEmpty() ? cache.buckets() : 0;
  }

  @Override
  public int bucketOf(String rowId) {
    return cache.bucketOf(rowId);
  }

  @Override
  public Bucket open(int bucket) throws IOException {
    StepCache.Reader reader = cache.reader(bucket);
    return new Bucket() {
      @Override
      public List<StepRecord> of(String rowId) {
        return reader.of(rowId);
      }

      @Override
      public void close() throws IOException {
        reader.close();
      }
    };
  }
}
