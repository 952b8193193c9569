package dev.espalier.engine.text;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** A Jinja template with the settings transformers renders chat templates with. Thread-safe. */
final class JinjaTemplate {
  private static final Jinjava JINJAVA = jinjava();

  private final String source;

  private JinjaTemplate(String source) {
    this.source = source;
  }

  private static Jinjava jinjava() {
    LegacyOverrides asInJinja2 =
        LegacyOverrides.newBuilder()
            .withEvaluateMapKeys(true)
            .withIterateOverMapKeys(true)
            .withUsePyishObjectMapper(true)
            .withUseNaturalOperatorPrecedence(true)
            .withParseWhitespaceControlStrictly(true)
            .withAllowAdjacentTextNodes(true)
            .withUseTrimmingForNotesAndExpressions(true)
            .withKeepNullableLoopValues(true)
            .build();
    Jinjava jinjava =
        new Jinjava(
            JinjavaConfig.newBuilder()
                .withTrimBlocks(true)
                .withLstripBlocks(true)
                .withNestedInterpretationEnabled(false)
                .withLocale(Locale.ROOT)
                .withLegacyOverrides(asInJinja2)
                .build());
    jinjava.registerFunction(
        new ELFunctionDefinition(
            "", "raise_exception", JinjaTemplate.class, "raiseException", String.class));
    return jinjava;
  }

  /** Called by templates. */
  public static Object raiseException(String message) {
    throw new JinjaException(message);
  }

  static JinjaTemplate parse(String source) {
    return new JinjaTemplate(source);
  }

  String render(Map<String, Object> variables) {
    try {
      RenderResult result = JINJAVA.renderForResult(source, new HashMap<>(variables));
      for (TemplateError error : result.getErrors()) {
        throw refused(error);
      }
      return result.getOutput();
    } catch (InterpretException e) {
      throw new JinjaException(e.getMessage(), e);
    }
  }

  private static JinjaException refused(TemplateError error) {
    for (Throwable cause = error.getException(); cause != null; cause = cause.getCause()) {
      if (cause instanceof JinjaException) {
        return new JinjaException(cause.getMessage(), error.getException());
      }
    }
    return new JinjaException(
        "line " + error.getLineno() + ": " + error.getMessage(), error.getException());
  }
}
