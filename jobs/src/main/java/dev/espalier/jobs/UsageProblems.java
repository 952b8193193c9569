package dev.espalier.jobs;

import dev.espalier.row.Problem;
import dev.espalier.yaml.NearestName;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** What is wrong with a command line, in the words of this command. */
final class UsageProblems {
  private UsageProblems() {}

  /** Words that no command takes: found also where the command line asks for help. */
  static List<Problem> unknown(ParseResult parsed) {
    List<Problem> problems = new ArrayList<>();
    for (ParseResult at = parsed; at != null; at = at.hasSubcommand() ? at.subcommand() : null) {
      CommandSpec command = at.commandSpec();
      for (String word : at.unmatched()) {
        problems.add(unknown(word, command));
      }
    }
    return problems;
  }

  private static Problem unknown(String word, CommandSpec command) {
    String place = command.qualifiedName();
    if (word.startsWith("-") && word.length() > 1) {
      List<String> names =
          command.options().stream()
              .filter(option -> !option.hidden())
              .map(OptionSpec::longestName)
              .sorted()
              .toList();
      String name = word.replaceFirst("=.*", "");
      return new Problem(
          place,
          "there is no option " + name,
          "there are " + String.join(", ", names) + NearestName.hint("; ", name, names));
    }
    if (!command.subcommands().isEmpty()) {
      List<String> names = List.copyOf(command.subcommands().keySet());
      return new Problem(
          place,
          "there is no command `" + word + "`",
          "there are " + String.join(", ", names) + NearestName.hint("; ", word, names));
    }
    return new Problem(
        place,
        "`" + word + "` is one word too many",
        "see " + place + " --help; quote what has blanks");
  }

  /** The problem that the parser met. */
  static Problem of(ParameterException failure) {
    CommandLine command = failure.getCommandLine();
    String place = command.getCommandSpec().qualifiedName();
    String help = "see " + place + " --help";
    if (failure instanceof MissingParameterException missing && !missing.getMissing().isEmpty()) {
      List<String> names = missing.getMissing().stream().map(UsageProblems::name).toList();
      return new Problem(
          place,
          String.join(" and ", names) + (names.size() > 1 ? " are" : " is") + " missing",
          help);
    }
    ArgSpec argument = failure.getArgSpec();
    if (argument != null && failure.getValue() != null) {
      return new Problem(
          place, name(argument) + " is `" + failure.getValue() + "`", wanted(argument));
    }
    return new Problem(place, failure.getMessage(), help);
  }

  private static String wanted(ArgSpec argument) {
    Class<?> type = argument.type();
    if (type == int.class || type == long.class) {
      return "write a whole number";
    }
    if (type.isEnum()) {
      List<String> names = new ArrayList<>();
      for (Object constant : type.getEnumConstants()) {
        names.add(constant.toString().toLowerCase(java.util.Locale.ROOT));
      }
      return "choose one of " + String.join(", ", names);
    }
    return "write another value";
  }

  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
  }
}
