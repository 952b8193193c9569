package dev.espalier.yaml;

/**
 * What scalars, tags and equal keys mean. Implementations are immutable; a further one (YAML 1.1,
 * tags of a tool) is a further object.
 */
public interface YamlSchema {

  /**
   * The core schema of YAML 1.2: {@code null}, {@code true}, {@code false} and numbers are what
   * they look like, all else is text: {@code no}, {@code on}, {@code 12:30:00}, dates. Equal keys
   * are refused, and so are tags other than its own.
   */
  YamlSchema CORE = new CoreSchema();

  /**
   * YAML 1.1 as the safe loader of PyYAML reads it: {@code yes}, {@code no}, {@code on} and {@code
   * off} are truth values, {@code 010} is 8, {@code 1_000} is 1000, {@code 1:30} is 90, {@code 1e3}
   * is text. A date is the text that Python prints of it. Of equal keys the last counts, with a
   * warning. A scalar may have the tag {@code !function}, which names a function of Python.
   */
  YamlSchema PYYAML = new PyYamlSchema();

  /** The version of YAML that a {@code %YAML} line must say, such as {@code 1.2}. */
  String version();

  /** Whether a text may say that it is of this version. */
  boolean reads(String version);

  /**
   * The value of a scalar without quotes and tag, as {@link YamlScalar#value} has it.
   *
   * @throws IllegalArgumentException with a sentence for the user if it cannot have one
   */
  Object plain(String text);

  /**
   * Whether nodes may have this tag, written out: {@code tag:yaml.org,2002:str}, {@code !function}.
   */
  boolean allows(String tag);

  /**
   * The value of a scalar with a tag that is allowed.
   *
   * @throws IllegalArgumentException with a sentence for the user if the text is none of it
   */
  Object tagged(String tag, String text);

  /**
   * Whether of equal keys in one mapping the last counts, with a warning; else they are a problem.
   */
  boolean lastOfEqualKeys();
}
