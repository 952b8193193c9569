package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.pipeline.AnswerRows;
import dev.espalier.row.Row;
import dev.espalier.row.RowCoders;
import dev.espalier.row.RowOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.PCollection;
import org.junit.jupiter.api.Test;

class TicketsTest {
  @Test
  void everyTicketOfAPipelineGetsACategory() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      rows.add(Row.of("t" + i, Map.of("body", "Where is parcel number " + i + "?")));
    }
    Pipeline pipeline = Pipeline.create();
    PCollection<RowOutcome> outcomes =
        AnswerRows.outcomes(
            pipeline
                .apply(Create.of(rows).withCoder(RowCoders.ROW))
                .apply(Tickets.answer(7))
                .get(AnswerRows.ANSWERS));
    PAssert.that(outcomes).satisfies(new AllAnswered());
    pipeline.run().waitUntilFinish();
  }

  private static final class AllAnswered
      implements SerializableFunction<Iterable<RowOutcome>, Void> {
    @Override
    public Void apply(Iterable<RowOutcome> outcomes) {
      Set<String> ids = new TreeSet<>();
      for (RowOutcome outcome : outcomes) {
        ids.add(outcome.id());
        assertTrue(outcome.error().isEmpty(), () -> "error " + outcome.error());
        Object category = outcome.values().get(0).value();
        assertTrue(
            Set.of("billing", "shipping", "returns", "other").contains(category),
            () -> "category " + category);
      }
      assertEquals(20, ids.size());
      return null;
    }
  }
}
