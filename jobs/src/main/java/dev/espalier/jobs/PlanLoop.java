package dev.espalier.jobs;

import dev.espalier.engine.TokenSequence;
import dev.espalier.engine.text.Tokenizer;
import dev.espalier.io.read.ReadOptions;
import dev.espalier.io.read.RecordScan;
import dev.espalier.row.Row;
import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What a plan is measured by: reads rows and tokenises each different part of them once. */
final class PlanLoop {
  private final Tokenizer tokenizer;
  private final boolean library;
  private final ConcurrentHashMap<String, TokenSequence> beginnings = new ConcurrentHashMap<>();
  private final LongAdder rows = new LongAdder();
  private final LongAdder tokens = new LongAdder();

  /**
   * @param library whether the tokenizer's library is given each text; else the words that did not
   *     come before
   */
  PlanLoop(Tokenizer tokenizer, boolean library) {
    this.tokenizer = tokenizer;
    this.library = library;
  }

  /** Reads all rows, on as many threads as there are cores. */
  void run(ReadOptions input) throws IOException {
    RecordScan.forEachOnAllCores(input, this::add);
  }

  private void add(Row row) {
    String shared = (String) row.fields().get(PlanLoad.SHARED);
    String own = (String) row.fields().get(PlanLoad.OWN);
    TokenSequence beginning = beginnings.computeIfAbsent(shared, this::tokens);
    rows.increment();
    tokens.add(beginning.length() + tokens(own).length());
  }

  private TokenSequence tokens(String text) {
    // Only a text that stands alone is not looked for in what is known.
    return library ? tokenizer.encode(text, true) : tokenizer.encodeContinuation(text);
  }

  long rows() {
    return rows.sum();
  }

  /** Of all rows, those of a beginning counted for each row that has it. */
  long tokens() {
    return tokens.sum();
  }
}
