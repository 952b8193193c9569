package dev.espalier.eval.page;

import dev.espalier.eval.SweepResults;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Writes a report of made-up results, to look at: {@code MakePage FILE [DOCUMENTS [days|flat]]}.
 */
public final class MakePage {
  private MakePage() {}

  public static void main(String[] arguments) throws IOException {
    int documents = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 200;
    String kind = arguments.length > 2 ? arguments[2] : "";
    SweepResults sweep =
        switch (kind) {
          case "days" -> days(documents);
          case "flat" -> MadeUpSweep.ofShots(documents, 20);
          default -> MadeUpSweep.of(documents);
        };
    try (OutputStream out =
        new BufferedOutputStream(Files.newOutputStream(Path.of(arguments[0])))) {
      ReportPage.write(sweep, ReportPage.options(Optional.of("passage")), out);
    }
  }

  static SweepResults days(int documents) {
    Map<String, SweepResults> days = new LinkedHashMap<>();
    for (int day = 1; day <= 5; day++) {
      days.put("2026-03-0" + day, MadeUpSweep.ofDay(documents, 0.15 * day));
    }
    return new SweepsOverTime(days);
  }
}
