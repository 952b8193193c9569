package dev.espalier.eval.page;

import dev.espalier.engine.sample.Philox;
import dev.espalier.eval.Cell;
import dev.espalier.eval.CellResult;
import dev.espalier.eval.FilterPipeline;
import dev.espalier.eval.MetricScore;
import dev.espalier.eval.Request;
import dev.espalier.eval.Response;
import dev.espalier.eval.Sample;
import dev.espalier.eval.SweepResults;
import dev.espalier.eval.TaskDocument;
import dev.espalier.eval.TaskGroup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Results of models that are known to be equal, better, slightly better or worse than the first:
 * choices, generated answers and texts, with texts that a page has to take care of.
 */
public final class MadeUpSweep implements SweepResults {
  /** By how much a model is better than {@code base}, in standard deviations of a question. */
  private static final Map<String, Double> SKILL =
      new LinkedHashMap<>(
          Map.of("base", 0.0, "equal", 0.0, "slightly-better", 0.12, "better", 0.9, "worse", -0.9));

  public static final List<String> MODELS =
      List.of("base", "equal", "slightly-better", "better", "worse");
  public static final List<String> CHOICE_TASKS =
      List.of("anatomy", "astronomy", "law", "logic", "history", "piqa");
  public static final String GENERATED_TASK = "arithmetic";
  public static final String TEXT_TASK = "prose";

  private static final String LONG_LINE = "one very long line " + "word ".repeat(60_000);

  /** In a document of the first task each. */
  static final List<String> ODD_TEXTS =
      List.of(
          "</script><script>document.title='broken out'</script><img src=x"
              + " onerror=\"document.title='broken out'\">",
          "a lone surrogate \ud83d and another \udc00, a pair \ud83d\ude00, a zero \u0000 and <!--"
              + " a comment",
          "مرحبا بالعالم \u202e reversed \u2069 שלום",
          LONG_LINE,
          "]]>&amp;&lt;b&gt;\u2028\u2029`${1+1}`");

  private final String name;
  private final int documents;
  private final List<String> shots;
  private final List<String> seeds;
  private final double drift;
  private List<CellResult> results;

  private MadeUpSweep(
      String name, int documents, List<String> shots, List<String> seeds, double drift) {
    this.name = name;
    this.documents = documents;
    this.shots = shots;
    this.seeds = seeds;
    this.drift = drift;
  }

  /** Five models, eight tasks of so many documents, 0 and 5 shots, three seeds. */
  public static MadeUpSweep of(int documents) {
    return new MadeUpSweep("made-up", documents, List.of("0", "5"), List.of("1", "2", "3"), 0);
  }

  /** Without axes, each prompt with so many examples. */
  public static MadeUpSweep ofShots(int documents, int shots) {
    return new MadeUpSweep("made-up", documents, List.of(Integer.toString(shots)), List.of("1"), 0);
  }

  /** Without the axes, as it was on another day. */
  public static MadeUpSweep ofDay(int documents, double drift) {
    return new MadeUpSweep("nightly", documents, List.of("0"), List.of("1"), drift);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<TaskGroup> groups() {
    return List.of(
        new TaskGroup(
            "knowledge",
            "Knowledge",
            Optional.of("1"),
            List.of("anatomy", "astronomy", "law", "history"),
            List.of(new TaskGroup.Aggregate("acc", "mean", true, List.of("none")))));
  }

  private static List<String> tasks() {
    List<String> tasks = new ArrayList<>(CHOICE_TASKS);
    tasks.add(GENERATED_TASK);
    tasks.add(TEXT_TASK);
    return tasks;
  }

  @Override
  public synchronized List<CellResult> cells() {
    if (results == null) {
      results = computed();
    }
    return results;
  }

  private List<CellResult> computed() {
    List<CellResult> results = new ArrayList<>();
    for (String model : MODELS) {
      for (String task : tasks()) {
        for (String shot : shots) {
          for (String seed : seeds) {
            results.add(result(cell(model, task, shot, seed)));
          }
        }
      }
    }
    return results;
  }

  private Cell cell(String model, String task, String shot, String seed) {
    Map<String, String> axes = new LinkedHashMap<>();
    if (shots.size() > 1) {
      axes.put("fewshot", shot);
    }
    if (seeds.size() > 1) {
      axes.put("seed", seed);
    }
    return new Cell(String.join("-", model, task, shot, seed), model, task, axes);
  }

  private CellResult result(Cell cell) {
    List<MetricScore> scores = new ArrayList<>();
    List<Sample> samples = samples(cell).toList();
    List<String> filters = samples.stream().map(Sample::filter).distinct().toList();
    for (String filter : filters) {
      List<Sample> filtered = samples.stream().filter(s -> s.filter().equals(filter)).toList();
      for (String metric : filtered.get(0).metrics().keySet()) {
        List<Object> values =
            filtered.stream().map(sample -> sample.metrics().get(metric)).toList();
        boolean ofSet = metric.equals("bits_per_byte");
        double mean =
            ofSet
                ? bitsPerByte(values)
                : values.stream().mapToDouble(MadeUpSweep::number).average().orElseThrow();
        double squares =
            ofSet ? 0 : values.stream().mapToDouble(v -> Math.pow(number(v) - mean, 2)).sum();
        scores.add(
            new MetricScore(
                metric,
                filter,
                mean,
                ofSet
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(Math.sqrt(squares / (values.size() - 1) / values.size())),
                !ofSet,
                values.size()));
      }
    }
    int model = MODELS.indexOf(cell.model());
    long prompt = samples.size() * (shots(cell) > 0 ? 900L : 160L);
    return new CellResult(
        cell,
        scores,
        prompt,
        prompt / (shots(cell) > 0 ? 6 : 2),
        cell.task().equals(GENERATED_TASK) ? samples.size() * 40L : 0,
        0.01 * samples.size() * (1 + model));
  }

  private static double number(Object value) {
    return value instanceof Boolean flag ? (flag ? 1 : 0) : ((Number) value).doubleValue();
  }

  private int shots(Cell cell) {
    return Integer.parseInt(cell.axes().getOrDefault("fewshot", shots.get(0)));
  }

  private static double bitsPerByte(List<Object> values) {
    double[] sums = new double[2];
    for (Object value : values) {
      double[] counts = pair(value);
      sums[0] += counts[0];
      sums[1] += counts[1];
    }
    return -sums[0] / sums[1] / Math.log(2);
  }

  private static double[] pair(Object value) {
    return ((List<?>) value).stream().mapToDouble(part -> ((Number) part).doubleValue()).toArray();
  }

  @Override
  public Stream<Sample> samples(Cell cell) {
    return IntStream.range(0, documents).boxed().flatMap(id -> samples(cell, id).stream());
  }

  private List<Sample> samples(Cell cell, int id) {
    if (cell.task().equals(TEXT_TASK)) {
      return List.of(text(cell, id));
    }
    return cell.task().equals(GENERATED_TASK) ? generated(cell, id) : List.of(choice(cell, id));
  }

  /** How well the model does on the document: more is better. */
  private double strength(Cell cell, int id) {
    double skill = SKILL.get(cell.model()) + drift;
    if (cell.model().equals("better") && cell.task().equals("history")) {
      skill = -0.5; // better, but not on all
    }
    int task = tasks().indexOf(cell.task());
    double hard = normal(task, id, 0);
    double passage = normal(task, id / 5, 1) * 0.5;
    int model = MODELS.indexOf(cell.model());
    int seed = Integer.parseInt(cell.axes().getOrDefault("seed", "1"));
    double own = normal(100 + task * 10 + model, id, 2);
    double chance = normal(1000 * seed + task * 10 + model, id, 3 + shots(cell)) * 0.5;
    return hard + passage + own + chance + skill + (shots(cell) > 0 ? 0.35 : 0);
  }

  private static double normal(long key, int position, int purpose) {
    double one = uniform(key * 64 + purpose, 2 * position);
    double two = uniform(key * 64 + purpose, 2 * position + 1);
    return Math.sqrt(-2 * Math.log(one)) * Math.cos(2 * Math.PI * two);
  }

  private static double uniform(long key, int position) {
    return ((Philox.bits(key, position) >>> 11) + 0.5) * 0x1p-53;
  }

  private static Map<String, Object> document(int id, String question, List<String> choices) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("passage", "passage " + id / 5);
    document.put("subject", List.of("easy", "middle", "hard").get(id % 3));
    document.put("question", question);
    if (!choices.isEmpty()) {
      document.put("choices", choices);
      document.put("answer", (long) (id % choices.size()));
    }
    return document;
  }

  private static String question(Cell cell, int id) {
    if (cell.task().equals(CHOICE_TASKS.get(0)) && id < ODD_TEXTS.size()) {
      return ODD_TEXTS.get(id);
    }
    return "In "
        + cell.task()
        + ", which of these goes with case "
        + id
        + ", if the rule of "
        + (id * 37 % 101)
        + " holds and nothing else is known?";
  }

  private String examples(Cell cell) {
    StringBuilder examples = new StringBuilder();
    for (int shot = 0; shot < shots(cell); shot++) {
      examples
          .append("Question: In ")
          .append(cell.task())
          .append(", what follows from example ")
          .append(shot)
          .append(" when all that was said before is taken together?\nAnswer: example ")
          .append(shot)
          .append("\n\n");
    }
    return examples.toString();
  }

  private Sample choice(Cell cell, int id) {
    int count = cell.task().equals("piqa") ? 2 : 4;
    List<String> choices =
        IntStream.range(0, count)
            .mapToObj(
                i -> "the " + List.of("first", "second", "third", "last").get(i) + " of " + id)
            .toList();
    int gold = id % count;
    double strength = strength(cell, id);
    String prompt = examples(cell) + "Question: " + question(cell, id) + "\nAnswer:";
    List<Request> requests = new ArrayList<>();
    List<List<Response>> responses = new ArrayList<>();
    List<Object> filtered = new ArrayList<>();
    int wrong = (gold + 1 + id / 7 % (count - 1)) % count;
    for (int i = 0; i < count; i++) {
      double sum = i == gold ? -8 + strength : i == wrong ? -8 : -9.5 - uniform(i, id);
      requests.add(new Request.Loglikelihood(prompt, " " + choices.get(i)));
      responses.add(List.of(new Response.Loglikelihood(sum, i == gold && strength > 2)));
      filtered.add(sum);
    }
    boolean right = strength > 0;
    Map<String, Object> metrics = new LinkedHashMap<>();
    metrics.put("acc", right ? 1.0 : 0.0);
    metrics.put("acc_norm", strength > 0.1 ? 1.0 : 0.0);
    TaskDocument document =
        new TaskDocument(
            id,
            document(id, question(cell, id), choices),
            "Question: " + question(cell, id) + "\nAnswer:",
            (long) gold,
            choices,
            requests);
    return sample(cell, document, "none", responses, filtered, metrics);
  }

  private List<Sample> generated(Cell cell, int id) {
    boolean right = strength(cell, id) > 0;
    boolean tidy = uniform(7, id) < 0.8;
    int answer = id * 3 + 1;
    String text =
        (right ? "" + answer : "" + (answer + 1 + id % 4)) + (tidy ? "" : " or so, I think");
    String said = "Three times " + id + " and one more. #### " + text;
    TaskDocument document =
        new TaskDocument(
            id,
            document(id, "What is three times " + id + ", and one?", List.of()),
            "Q: What is three times " + id + ", and one?\nA:",
            Integer.toString(answer),
            List.of(),
            List.of(
                new Request.GenerateUntil(
                    examples(cell) + "Q: What is three times " + id + ", and one?\nA:",
                    Map.of("until", List.of("\n\n"), "max_gen_toks", 256L))));
    List<List<Response>> responses = List.of(List.of(new Response.Text(said)));
    String found = text.replaceAll("\\D.*", "");
    return List.of(
        sample(
            cell,
            document,
            "strict-match",
            responses,
            List.of(tidy ? found : "[invalid]"),
            Map.of("exact_match", right && tidy ? 1.0 : 0.0)),
        sample(
            cell,
            document,
            "flexible-extract",
            responses,
            List.of(found),
            Map.of("exact_match", right ? 1.0 : 0.0)));
  }

  private Sample text(Cell cell, int id) {
    String text = "The " + id + "th day was much as the one before it. ".repeat(1 + id % 3);
    double sum = -0.9 * text.length() + 6 * strength(cell, id);
    TaskDocument document =
        new TaskDocument(
            id,
            Map.of("page", text),
            "",
            text,
            List.of(),
            List.of(new Request.RollingLoglikelihood(text)));
    return sample(
        cell,
        document,
        "none",
        List.of(List.of(new Response.RollingLoglikelihood(sum))),
        List.of(sum),
        Map.of("bits_per_byte", List.of(sum, (double) text.length())));
  }

  private Sample sample(
      Cell cell,
      TaskDocument document,
      String filter,
      List<List<Response>> responses,
      List<Object> filtered,
      Map<String, Object> metrics) {
    String hash = FilterPipeline.NONE.name() + cell.task() + document.id();
    return new Sample(
        document, filter, responses, filtered, metrics, hash, "p" + shots(cell) + hash, hash);
  }
}
