package dev.espalier.jobs;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/**
 * A job whose planning is measured: rows of English-like text in groups that begin alike, a program
 * that asks one question about each, and the job file.
 *
 * @param rows in all
 * @param groups whose rows share a beginning; row i is of group i modulo this
 * @param shared characters of a beginning
 * @param own characters of a row's own text
 */
record PlanLoad(int rows, int groups, int shared, int own) {
  /** The fields with the texts. */
  static final String SHARED = "shared";

  static final String OWN = "own";

  /** Frequent words first: the one at index i is taken about 1 / (i + 1) times as often. */
  private static final String[] WORDS =
      """
the of and to a in is that it for you was with on as are they be at this have from or had by \
not but what all were when we there can an your which their said if do will each about how up \
out them then she many some so these would other into has more her two like him see time could \
no make than first been its who now people my made over did down only way find use may water \
long little very after words called just where most know get through back much before go good \
new write our used me man too any day same right look think also around another came come work \
three word must because does part even place well such here take why things help put years \
different away again off went old number great tell men say small every found still between \
name should home big give air line set own under read last never us left end along while might \
next sound below saw something thought both few those always looked show large often together \
asked house world going want school important until form food keep children feet land side \
without boy once animals life enough took sometimes four head above kind began almost live page \
order customer delivery question answer invoice payment support refund account product warranty \
shipment returned broken missing request department weekend morning replacement manufacturer \
unfortunately immediately information conversation understanding electricity neighbourhood\
"""
          .split(" ");

  private static final MessageType SCHEMA =
      MessageTypeParser.parseMessageType(
          "message rows { required binary id (STRING); required binary shared (STRING);"
              + " required binary own (STRING); }");

  PlanLoad {
    if (rows < 1 || groups < 1 || groups > rows) {
      throw new IllegalArgumentException("rows is " + rows + " and groups " + groups);
    }
    if (shared < 1 || own < 1) {
      throw new IllegalArgumentException("a row needs a beginning and a text of its own");
    }
  }

  static Path job(Path directory) {
    return directory.resolve("job.yaml");
  }

  /**
   * Writes all files.
   *
   * @param parquet whether rows are Parquet, else JSON Lines
   * @param chat whether the parts are turns of a conversation, else one text
   */
  void write(boolean parquet, boolean chat, Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(
        directory.resolve("program.yaml"),
        (chat
                ? "steps:\n- system: \"{{ row.shared }}\"\n- user: \"{{ row.own }}\"\n"
                : "steps:\n- text: \"{{ row.shared }}\\n\\n{{ row.own }}\\n\"\n")
            + "- {gen: answer, maxTokens: 16}\n");
    String file = parquet ? "rows.parquet" : "rows.jsonl";
    Files.writeString(
        job(directory),
        """
        model: builtin:nano
        program: program.yaml
        input: {path: %s, id: id}
        output: {path: out, overwrite: true}
        """
            .formatted(file));
    Texts texts = new Texts();
    if (parquet) {
      writeParquet(texts, directory.resolve(file));
    } else {
      writeLines(texts, directory.resolve(file));
    }
  }

  private void writeLines(Texts texts, Path file) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (int row = 0; row < rows; row++) {
        out.write(
            String.format(
                Locale.ROOT,
                "{\"id\": \"r%d\", \"shared\": \"%s\", \"own\": \"%s\"}%n",
                row,
                texts.beginning(row),
                texts.own(row)));
      }
    }
  }

  private void writeParquet(Texts texts, Path file) throws IOException {
    Files.deleteIfExists(file);
    try (ParquetWriter<Group> out =
        ExampleParquetWriter.builder(new LocalOutputFile(file))
            .withConf(new PlainParquetConfiguration())
            .withType(SCHEMA)
            .withCompressionCodec(CompressionCodecName.SNAPPY)
            .build()) {
      for (int row = 0; row < rows; row++) {
        Group group = new SimpleGroup(SCHEMA);
        group.add("id", "r" + row);
        group.add(SHARED, texts.beginning(row));
        group.add(OWN, texts.own(row));
        out.write(group);
      }
    }
  }

  /** The same in every run: a text depends on its number alone. */
  private final class Texts {
    private final String[] beginnings = new String[groups];

    String beginning(int row) {
      int group = row % groups;
      if (beginnings[group] == null) {
        beginnings[group] = text(shared, new SplittableRandom(-1L - group));
      }
      return beginnings[group];
    }

    String own(int row) {
      return text(own, new SplittableRandom(row));
    }

    private static String text(int characters, SplittableRandom random) {
      StringBuilder text = new StringBuilder(characters + 16);
      int words = 0;
      while (text.length() < characters) {
        String word = word(random);
        if (words == 0) {
          text.append(Character.toUpperCase(word.charAt(0))).append(word, 1, word.length());
        } else {
          text.append(' ').append(word);
        }
        if (++words > 5 && random.nextInt(8) == 0) {
          text.append(". ");
          words = 0;
        }
      }
      text.setLength(characters);
      return text.toString();
    }

    private static String word(SplittableRandom random) {
      if (random.nextInt(25) == 0) {
        return Integer.toString(random.nextInt(10_000));
      }
      double draw = Math.pow(WORDS.length + 1.0, random.nextDouble()) - 1;
      return WORDS[Math.min(WORDS.length - 1, (int) draw)];
    }
  }
}
