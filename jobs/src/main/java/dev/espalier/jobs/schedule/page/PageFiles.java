package dev.espalier.jobs.schedule.page;

import dev.espalier.io.storage.Storage;
import dev.espalier.jobs.schedule.Moment;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The status page as files, for a web server or a bucket: {@code index.html}, {@code status.json}
 * and {@code metrics.prom}. Each is replaced as a whole.
 */
public record PageFiles(Storage storage, String directory) {
  private static final int REFRESH_SECONDS = 30;

  public void write(Moment moment) throws IOException {
    write("index.html", new StatusPage(moment, REFRESH_SECONDS, false).html());
    write("status.json", StatusJson.of(moment));
    write("metrics.prom", Metrics.of(moment));
  }

  private void write(String name, String text) throws IOException {
    storage.write(Storage.child(directory, name), text.getBytes(StandardCharsets.UTF_8));
  }
}
