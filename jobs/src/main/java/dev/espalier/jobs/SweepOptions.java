package dev.espalier.jobs;

import dev.espalier.io.IoReason;
import dev.espalier.io.storage.StorageOptions;
import dev.espalier.jobs.eval.SweepFile;
import dev.espalier.jobs.fields.JobVariables;
import dev.espalier.row.Problem;
import dev.espalier.yaml.YamlMapping;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A sweep of a command line.
 *
 * @param file that paths are relative to
 * @param storage how paths with a scheme are reached
 * @param variables what paths mean by {@code {{ … }}}
 */
record SweepOptions(
    Path file, SweepFile.Reading reading, StorageOptions storage, JobVariables variables) {

  /**
   * Reads a sweep's file.
   *
   * @param settings of the form {@code a.b=value}
   * @throws ConfigurationException if it cannot be read
   */
  static SweepOptions of(
      Path file, List<String> settings, StorageOptions storage, JobVariables variables)
      throws ConfigurationException {
    return of(file, text(file), settings, storage, variables);
  }

  /** The same of a text in place of the file's. */
  static SweepOptions of(
      Path file,
      String text,
      List<String> settings,
      StorageOptions storage,
      JobVariables variables) {
    List<Problem> problems = new ArrayList<>();
    SweepFile.Reading reading =
        SweepFile.read(file, text, variables, root -> with(root, settings, problems));
    List<Problem> all = new ArrayList<>(reading.problems());
    all.addAll(problems);
    return new SweepOptions(file, new SweepFile.Reading(reading.sweep(), all), storage, variables);
  }

  /** These with more problems. */
  SweepOptions with(List<Problem> more) {
    List<Problem> all = new ArrayList<>(more);
    all.addAll(reading.problems());
    return new SweepOptions(file, new SweepFile.Reading(reading.sweep(), all), storage, variables);
  }

  private static YamlMapping with(YamlMapping root, List<String> settings, List<Problem> problems) {
    YamlMapping changed = root;
    for (String setting : settings) {
      Optional<SettingOverride> override = SettingOverride.read(setting, problems);
      changed = override.isPresent() ? override.get().in(changed) : changed;
    }
    return changed;
  }

  /** The text of a sweep's file. */
  static String text(Path file) throws ConfigurationException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new ConfigurationException(
          file.toString(), "there is no such file", "name an existing file");
    } catch (MalformedInputException e) {
      throw new ConfigurationException(file.toString(), "not UTF-8", "save the file as UTF-8");
    } catch (IOException e) {
      throw new ConfigurationException(
          file.toString(), "cannot be read: " + IoReason.of(e), "check that it is a readable file");
    }
  }
}
