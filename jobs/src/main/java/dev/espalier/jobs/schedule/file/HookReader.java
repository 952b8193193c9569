package dev.espalier.jobs.schedule.file;

import dev.espalier.jobs.fields.Section;
import dev.espalier.yaml.NearestName;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the hooks of a schedule. */
final class HookReader {
  private static final int MOST_RETRIES = 20;
  private static final int MOST_PORT = 65_535;
  private static final Pattern TOKEN = Pattern.compile("[\\w!#$%&'*+.^`|~-]+");

  /** What HTTP's client writes itself. */
  private static final List<String> OWN =
      List.of("connection", "content-length", "expect", "host", "upgrade");

  private final List<String> jobs;

  /**
   * @param jobs names that a hook may say
   */
  HookReader(List<String> jobs) {
    this.jobs = jobs;
  }

  List<Hook> read(Section all) {
    List<Hook> hooks = new ArrayList<>();
    Set<String> names = new HashSet<>();
    int number = 0;
    for (Section section : all.sections("hooks")) {
      number++;
      String name = section.string("name").orElse("hook " + number);
      if (!names.add(name)) {
        section.problem("name", "two hooks are named `" + name + "`", "give each its own name");
      }
      read(name, section).ifPresent(hooks::add);
      section.reportUnknown();
    }
    return hooks;
  }

  private Optional<Hook> read(String name, Section section) {
    Set<Hook.Event> on = events(section);
    double drift = section.fraction("drift", 1);
    if (on.contains(Hook.Event.DRIFT) && !section.has("drift")) {
      section.problem(
          "on", "on has drift, but no bound is given", "add `drift: 5%`, a share of the rows");
    }
    List<String> only = section.oneOrMore("jobs");
    for (String job : only) {
      if (!jobs.contains(job)) {
        section.problem(
            "jobs",
            "jobs names `" + job + "`, which is no job here",
            "there are " + String.join(", ", jobs) + NearestName.hint("; ", job, jobs));
      }
    }
    Duration timeout = section.duration("timeout", Duration.ofSeconds(10));
    int retries = (int) section.integer("retries", 3, 0, MOST_RETRIES);
    Optional<Hook.Target> target = target(section);
    return target.map(to -> new Hook(name, on, drift, only, to, timeout, retries));
  }

  private static Set<Hook.Event> events(Section section) {
    Set<Hook.Event> events = EnumSet.noneOf(Hook.Event.class);
    List<String> on = section.oneOrMore("on");
    if (on.isEmpty()) {
      on = section.has("drift") ? List.of("failure", "drift") : List.of("failure");
    }
    for (String word : on) {
      switch (word) {
        case "success", "failure", "drift" ->
            events.add(Hook.Event.valueOf(word.toUpperCase(Locale.ROOT)));
        default ->
            section.problem("on", "on has `" + word + "`", "choose of success, failure, drift");
      }
    }
    return events;
  }

  private static Optional<Hook.Target> target(Section section) {
    Optional<String> url = section.string("webhook");
    List<String> command = section.oneOrMore("command");
    Map<String, String> headers = new LinkedHashMap<>();
    section.values("headers").forEach((name, value) -> headers.put(name, value.toString()));
    headers.forEach((name, value) -> checkHeader(name, value, section));
    if (url.isPresent() == !command.isEmpty()) {
      section.problem(
          "webhook",
          "a hook has "
              + (url.isPresent() ? "both a webhook and" : "neither a webhook nor")
              + " a command",
          "write one of `webhook: https://…` and `command: [program, argument]`");
      return Optional.empty();
    }
    if (url.isEmpty()) {
      return Optional.of(new Hook.Command(command));
    }
    try {
      URI uri = new URI(url.get());
      if (uri.getHost() != null
          && uri.getPort() <= MOST_PORT
          && List.of("http", "https").contains(uri.getScheme())) {
        return Optional.of(new Hook.Webhook(uri, headers));
      }
    } catch (URISyntaxException e) {
      // Reported below, as an address without a host is.
    }
    section.problem(
        "webhook", "`" + url.get() + "` is no address", "write one such as https://host/path");
    return Optional.empty();
  }

  private static void checkHeader(String name, String value, Section section) {
    boolean isOwn = OWN.contains(name.toLowerCase(Locale.ROOT));
    if (isOwn || !TOKEN.matcher(name).matches()) {
      section.problem(
          "headers",
          "headers has `" + name + "`" + (isOwn ? ", which is not to be set" : ""),
          "name a header such as Authorization");
    } else if (!value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c < 0x7f))) {
      section.problem(
          "headers", "the value of " + name + " is more than a line of ASCII", "write it so");
    }
  }
}
