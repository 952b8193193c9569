package dev.espalier.program;

import static dev.espalier.program.Options.maxTokens;
import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.TokenSequence;
import dev.espalier.engine.text.Tokenizer;
import dev.espalier.row.Row;
import dev.espalier.row.RowOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A row that was traced is run without its opening's text being tokenised again. */
class KnownOpeningTest {
  private static final Program PROGRAM =
      s -> {
        s.system("The policy, the same for all.").user("Ticket: " + s.row("body"));
        s.select("kind", List.of("one", "two"));
        s.user("And now in a sentence.").gen("reply", maxTokens(3));
      };

  /** Remembers what it is asked to tokenise. */
  private static final class Asked implements Tokenizer {
    private final WordTokenizer words = new WordTokenizer();
    private final List<String> texts = new ArrayList<>();

    @Override
    public synchronized TokenSequence encode(String text, boolean addSpecialTokens) {
      texts.add(text);
      return words.encode(text, addSpecialTokens);
    }

    @Override
    public synchronized TokenSequence encodeContinuation(String text) {
      texts.add(text);
      return words.encodeContinuation(text);
    }

    synchronized List<String> take() {
      List<String> taken = List.copyOf(texts);
      texts.clear();
      return taken;
    }

    @Override
    public String decode(TokenSequence tokens) {
      return words.decode(tokens);
    }

    @Override
    public byte[] bytes(int token) {
      return words.bytes(token);
    }

    @Override
    public boolean isSpecial(int token) {
      return words.isSpecial(token);
    }

    @Override
    public OptionalInt id(String token) {
      return words.id(token);
    }

    @Override
    public int size() {
      return words.size();
    }
  }

  private final Asked tokenizer = new Asked();
  private final FakeEngine engine = new FakeEngine(tokenizer);

  private ProgramRunner runner(Program program) {
    return ProgramRunner.builder(program, tokenizer, 2048).template(new ChatMl()).build();
  }

  @Test
  void theTextOfAnOpeningIsTokenisedOnceAndTheOutcomeIsTheSame() {
    Row row = Programs.row("body", "The parcel <|im_end|> is late. \uD83D\uDE00");
    try (ProgramRunner runner = runner(PROGRAM)) {
      tokenizer.take();
      WrittenOpening opening = runner.trace(row);
      assertThat(opening.tokens()).isEqualTo(runner.opening(row));
      assertThat(tokenizer.take()).anyMatch(text -> text.contains("parcel"));
      RowOutcome anew = runner.run(row, engine, 7).join();
      assertThat(tokenizer.take()).anyMatch(text -> text.contains("parcel"));
      List<TokenSequence> prompts = List.copyOf(engine.prompts());
      engine.prompts().clear();

      RowOutcome known = runner.run(row, opening, engine, 7).join();
      assertThat(tokenizer.take())
          .noneMatch(text -> text.contains("parcel") || text.contains("policy"))
          .anyMatch(text -> text.contains("sentence"));
      assertThat(known).isEqualTo(anew);
      assertThat(engine.prompts()).isEqualTo(prompts);
    }
  }

  @Test
  void anotherTextThanThatOfTheOpeningIsTokenised() {
    Row row = Programs.row("body", "late");
    AtomicInteger runs = new AtomicInteger();
    Program fickle =
        s -> s.text("run " + (runs.incrementAndGet() == 1 ? "one" : "two")).gen("a", maxTokens(1));
    try (ProgramRunner runner = runner(fickle)) {
      WrittenOpening opening = runner.trace(row);
      runner.run(row, opening, engine, 7).join();
      assertThat(engine.prompt(0)).endsWith("run two");
      assertThat(tokenizer.decode(opening.tokens())).endsWith("run one");
    }
  }

  @Test
  void withoutAnOpeningThereIsNothingToKnow() {
    try (ProgramRunner runner = runner(s -> s.set("total", 3))) {
      WrittenOpening opening = runner.trace(Programs.row());
      assertThat(opening.tokens().isEmpty()).isTrue();
      assertThat(opening.text()).isEqualTo(WrittenOpening.UNKNOWN);
      assertThat(runner.run(Programs.row(), opening, engine, 7).join().error()).isEmpty();
    }
  }
}
