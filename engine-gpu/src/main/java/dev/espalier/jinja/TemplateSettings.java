package dev.espalier.jinja;

import java.util.Objects;

/**
 * What is not the same wherever templates are used: how blocks are trimmed, what a value that is
 * undefined or null does, and how far a rendering may go. The language itself is always that of
 * Jinja2 3.1, in its immutable sandbox. Immutable.
 *
 * @param trimBlocks whether a line break behind a block tag is left out, as well as blanks between
 *     the start of a line and a block tag (Jinja2's {@code trim_blocks} and {@code lstrip_blocks})
 * @param strictUndefined whether an undefined value may only be asked whether it is defined
 *     (Jinja2's {@code StrictUndefined}); if not, it prints nothing, is false and has no items
 * @param nullPrints whether a printed null writes {@code None}, as in Jinja2; if not, it is an
 *     error
 * @param isChat whether {@code tojson} is that of transformers, which neither escapes HTML nor
 *     sorts keys and takes {@code ensure_ascii}, {@code separators} and {@code sort_keys}; and
 *     whether {@code raise_exception} and {@code {% generation %}} exist
 * @param isTask whether a line break at the end of the text stays (Jinja2's {@code
 *     keep_trailing_newline}), and there is the filter {@code regex_replace}, which is Python's
 *     {@code re.sub}
 * @param limits of one rendering
 */
public record TemplateSettings(
    boolean trimBlocks,
    boolean strictUndefined,
    boolean nullPrints,
    boolean isChat,
    boolean isTask,
    TemplateLimits limits) {

  /**
   * Program files. An undefined value and a printed null are errors that name the variable's path;
   * {@code | default('…')} is the remedy for what is undefined, {@code | default('…', true)} also
   * for null. A null is false in {@code if}. An attribute of an undefined value is an error even
   * below {@code default}; an attribute of null is undefined.
   */
  public static final TemplateSettings PROGRAM =
      new TemplateSettings(true, true, false, false, false, TemplateLimits.DEFAULT);

  /** Chat templates, as transformers sets up Jinja2; {@code strftime_now} is not defined. */
  public static final TemplateSettings CHAT =
      new TemplateSettings(true, false, true, true, false, TemplateLimits.DEFAULT);

  /** Evaluation tasks: {@code StrictUndefined}, and null prints {@code None}. */
  public static final TemplateSettings TASK =
      new TemplateSettings(false, true, true, false, true, TemplateLimits.DEFAULT);

  public TemplateSettings {
    Objects.requireNonNull(limits, "limits");
  }

  /** The same with other limits. */
  public TemplateSettings withLimits(TemplateLimits other) {
    return new TemplateSettings(trimBlocks, strictUndefined, nullPrints, isChat, isTask, other);
  }
}
