package dev.espalier.yaml;

import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** Reads one YAML document. Thread-safe. */
public final class YamlReader {
  private final YamlSchema schema;
  private final YamlLimits limits;

  public YamlReader(YamlSchema schema, YamlLimits limits) {
    this.schema = schema;
    this.limits = limits;
  }

  /** Reads {@code text} by the core schema and the default limits. */
  public static YamlDocument read(String source, String text) {
    return new YamlReader(YamlSchema.CORE, YamlLimits.DEFAULT).document(source, text);
  }

  /**
   * Reads a text. An empty one has an empty scalar as its root.
   *
   * @param source names the text in places
   */
  public YamlDocument document(String source, String text) {
    String content = text.startsWith("\uFEFF") ? text.substring(1) : text;
    Optional<YamlProblem> unreadable = Characters.problem(source, content, limits.characters());
    if (unreadable.isPresent()) {
      return refused(unreadable.get());
    }
    LoadSettings settings =
        LoadSettings.builder()
            .setParseComments(false)
            .setCodePointLimit(Integer.MAX_VALUE)
            .setVersionFunction(version -> version)
            .build();
    try {
      ParserImpl events = new ParserImpl(settings, new StreamReader(settings, content));
      return new Composer(source, content, schema, limits, events).document();
    } catch (Composer.RefusedException e) {
      return refused(e.problem());
    } catch (MarkedYamlEngineException e) {
      Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
      return refused(SyntaxProblem.of(place(source, mark), e.getProblem()));
    } catch (YamlEngineException e) {
      return refused(SyntaxProblem.of(new YamlPlace(source, 1, 1), ""));
    }
  }

  private static YamlPlace place(String source, Optional<Mark> mark) {
    return mark.map(at -> new YamlPlace(source, at.getLine() + 1, at.getColumn() + 1))
        .orElseGet(() -> new YamlPlace(source, 1, 1));
  }

  private static YamlDocument refused(YamlProblem problem) {
    return new YamlDocument(Optional.empty(), List.of(problem), List.of());
  }
}
