package dev.espalier.jobs;

import dev.espalier.row.Problem;
import dev.espalier.yaml.YamlDocument;
import dev.espalier.yaml.YamlMapping;
import dev.espalier.yaml.YamlNode;
import dev.espalier.yaml.YamlPlace;
import dev.espalier.yaml.YamlReader;
import dev.espalier.yaml.YamlScalar;
import dev.espalier.yaml.YamlSequence;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A setting of the command line, {@code a.b=value}, in place of what the job file says.
 *
 * @param path names of the sections and of the field
 * @param value at the place {@code --set a.b=value}
 */
record SettingOverride(List<String> path, YamlNode value) {

  /** Reads a setting; the value is YAML itself. Empty with a problem if it is none. */
  static Optional<SettingOverride> read(String setting, List<Problem> problems) {
    String location = "--set " + setting;
    int equals = setting.indexOf('=');
    if (equals <= 0) {
      problems.add(new Problem(location, "not of the form a.b=value", "write for example seed=7"));
      return Optional.empty();
    }
    YamlDocument document = YamlReader.read(location, setting.substring(equals + 1));
    document
        .problems()
        .forEach(
            p -> problems.add(new Problem(location, "the value is " + p.message(), "quote it")));
    YamlPlace place = YamlPlace.of(location);
    return document
        .root()
        .map(root -> setting.endsWith("=") ? emptyText(place) : at(place, root))
        .map(v -> new SettingOverride(List.of(setting.substring(0, equals).split("\\.", -1)), v));
  }

  private static YamlScalar emptyText(YamlPlace place) {
    return new YamlScalar(
        "", "", YamlScalar.Style.SINGLE_QUOTED, Optional.empty(), place, place, false);
  }

  /** {@code root} with the setting. */
  YamlMapping in(YamlMapping root) {
    return with(Optional.of(root), 0);
  }

  private YamlMapping with(Optional<YamlNode> at, int depth) {
    Map<String, YamlMapping.Entry> fields = new LinkedHashMap<>();
    if (at.isPresent() && at.get() instanceof YamlMapping mapping) {
      fields.putAll(mapping.entries());
    } else if (at.isPresent() && at.get() instanceof YamlScalar name && !name.isNull()) {
      // A scalar is the short form of a section's name.
      fields.put("name", new YamlMapping.Entry(YamlScalar.of("name", name.place()), name));
    }
    String key = path.get(depth);
    Optional<YamlNode> former = Optional.ofNullable(fields.get(key)).map(YamlMapping.Entry::value);
    YamlNode field = depth == path.size() - 1 ? value : with(former, depth + 1);
    fields.put(key, new YamlMapping.Entry(YamlScalar.of(key, value.place()), field));
    return new YamlMapping(fields, Optional.empty(), at.map(YamlNode::place).orElse(value.place()));
  }

  /** The same content, all of it at {@code place}. */
  private static YamlNode at(YamlPlace place, YamlNode node) {
    if (node instanceof YamlMapping mapping) {
      Map<String, YamlMapping.Entry> fields = new LinkedHashMap<>();
      mapping
          .entries()
          .forEach(
              (name, entry) ->
                  fields.put(
                      name,
                      new YamlMapping.Entry(
                          (YamlScalar) at(place, entry.key()), at(place, entry.value()))));
      return new YamlMapping(fields, mapping.tag(), place);
    } else if (node instanceof YamlSequence list) {
      return new YamlSequence(
          list.items().stream().map(item -> at(place, item)).toList(), list.tag(), place);
    }
    YamlScalar scalar = (YamlScalar) node;
    return new YamlScalar(
        scalar.text(), scalar.value(), scalar.style(), scalar.tag(), place, place, false);
  }
}
