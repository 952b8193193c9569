package dev.espalier.jobs.eval;

import dev.espalier.jobs.fields.Section;
import dev.espalier.row.Problem;
import dev.espalier.yaml.YamlMapping;
import dev.espalier.yaml.YamlNode;
import dev.espalier.yaml.YamlPlace;
import dev.espalier.yaml.YamlScalar;
import dev.espalier.yaml.YamlSchema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a sweep, one of its tasks or a value of an axis says of evaluations. What is absent is left
 * as it is.
 *
 * @param fewshot examples before each question
 * @param fewshotSeed of the random numbers that choose them
 * @param seed of texts that are sampled
 * @param chat whether prompts are written by the model's chat template
 * @param multiturn whether examples are turns of their own under it
 * @param system stands before all else; empty text takes one away
 * @param limit documents of a task: a number of them, below 1 a fraction
 * @param thinkEnd after which an answer begins: a text, or the number of a token
 * @param addBos whether whole texts get the token that begins a sequence
 * @param template what the chat template may ask for
 * @param task fields of the task file
 * @param sampling entries of {@code generation_kwargs}
 * @param job fields of the model's job
 * @param vars of programs
 * @param program in place of that of tasks that are programs
 */
public record Change(
    OptionalInt fewshot,
    OptionalLong fewshotSeed,
    OptionalLong seed,
    Optional<Boolean> chat,
    Optional<Boolean> multiturn,
    Optional<String> system,
    OptionalDouble limit,
    Optional<String> thinkEnd,
    Optional<Boolean> addBos,
    Map<String, Object> template,
    YamlMapping task,
    Map<String, Object> sampling,
    YamlMapping job,
    Map<String, Object> vars,
    Optional<String> program) {
  /** Names of the fields that are read here. */
  static final List<String> FIELDS =
      List.of(
          "fewshot",
          "fewshotSeed",
          "seed",
          "chat",
          "multiturn",
          "system",
          "limit",
          "thinkEnd",
          "addBos",
          "template",
          "task",
          "sampling",
          "job",
          "vars",
          "program");

  /** Fields that a single value of an axis of the same name stands for. */
  static final List<String> AXES =
      List.of("fewshot", "fewshotSeed", "seed", "chat", "multiturn", "system", "limit", "thinkEnd");

  private static final int MOST_SHOTS = 100_000;

  /** Says nothing. */
  public static Change none(YamlPlace place) {
    YamlMapping empty = new YamlMapping(Map.of(), Optional.empty(), place);
    return new Change(
        OptionalInt.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalDouble.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        empty,
        Map.of(),
        empty,
        Map.of(),
        Optional.empty());
  }

  /**
   * Reads the fields of a mapping.
   *
   * @param section of {@code mapping}, which is asked for its unknown fields afterwards
   */
  static Change read(Section section, YamlMapping mapping, List<Problem> problems) {
    return new Change(
        section.has("fewshot")
            ? OptionalInt.of((int) section.integer("fewshot", 0, 0, MOST_SHOTS))
            : OptionalInt.empty(),
        number("fewshotSeed", section),
        number("seed", section),
        flag("chat", section),
        flag("multiturn", section),
        section.string("system"),
        limit(section),
        section.string("thinkEnd"),
        flag("addBos", section),
        PlainYaml.of(mapping("template", section, mapping, problems)),
        mapping("task", section, mapping, problems),
        PlainYaml.of(mapping("sampling", section, mapping, problems)),
        job(section, mapping, problems),
        PlainYaml.of(mapping("vars", section, mapping, problems)),
        section.has("program")
            ? Optional.of(section.path("program", "triage.yaml"))
            : Optional.empty());
  }

  private static YamlMapping job(Section section, YamlMapping mapping, List<Problem> problems) {
    YamlMapping job = mapping("job", section, mapping, problems);
    Section fields = new Section("job", job, job.place(), problems);
    SweepFile.MODEL_FIELDS.forEach(fields::has);
    fields.reportUnknown();
    return job;
  }

  private static OptionalLong number(String key, Section section) {
    return section.has(key)
        ? OptionalLong.of(section.integer(key, 0, Long.MIN_VALUE, Long.MAX_VALUE))
        : OptionalLong.empty();
  }

  private static Optional<Boolean> flag(String key, Section section) {
    return section.has(key) ? Optional.of(section.flag(key, false)) : Optional.empty();
  }

  private static OptionalDouble limit(Section section) {
    Optional<String> text = section.string("limit");
    if (text.isEmpty()) {
      return OptionalDouble.empty();
    }
    Object value = YamlSchema.CORE.plain(text.get());
    if (value instanceof Long number && number >= 1) {
      return OptionalDouble.of(number);
    }
    if (value instanceof Double number && number > 0 && number < 1) {
      return OptionalDouble.of(number);
    }
    section.problem(
        "limit",
        "limit is `" + text.get() + "`",
        "write a number of documents, or a part of them below 1, such as 0.1");
    return OptionalDouble.empty();
  }

  private static YamlMapping mapping(
      String key, Section section, YamlMapping of, List<Problem> problems) {
    boolean isThere = section.has(key);
    Optional<YamlNode> node = of.get(key);
    if (isThere && node.isPresent() && node.get() instanceof YamlMapping mapping) {
      return mapping;
    }
    if (isThere && !(key.equals("task") && node.get() instanceof YamlScalar)) {
      problems.add(
          new Problem(
              node.get().place().toString(),
              key + " is " + node.get().kind(),
              "write it as a mapping of fields"));
    }
    return new YamlMapping(Map.of(), Optional.empty(), of.place());
  }

  /** This with {@code over} on it. */
  public Change with(Change over) {
    return new Change(
        over.fewshot.isPresent() ? over.fewshot : fewshot,
        over.fewshotSeed.isPresent() ? over.fewshotSeed : fewshotSeed,
        over.seed.isPresent() ? over.seed : seed,
        over.chat.or(() -> chat),
        over.multiturn.or(() -> multiturn),
        over.system.or(() -> system),
        over.limit.isPresent() ? over.limit : limit,
        over.thinkEnd.or(() -> thinkEnd),
        over.addBos.or(() -> addBos),
        joined(template, over.template),
        PlainYaml.merged(task, over.task),
        joined(sampling, over.sampling),
        PlainYaml.merged(job, over.job),
        joined(vars, over.vars),
        over.program.or(() -> program));
  }

  private static Map<String, Object> joined(Map<String, Object> base, Map<String, Object> over) {
    Map<String, Object> joined = new LinkedHashMap<>(base);
    joined.putAll(over);
    return joined;
  }
}
