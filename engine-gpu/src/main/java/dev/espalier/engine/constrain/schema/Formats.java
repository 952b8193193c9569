package dev.espalier.engine.constrain.schema;

import dev.espalier.engine.constrain.automaton.Dfa;
import dev.espalier.engine.constrain.automaton.SymbolSet;
import dev.espalier.engine.constrain.regex.Regex;
import dev.espalier.engine.constrain.regex.RegexDialect;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The formats of draft 2020-12 that are regular languages, by the documents that define them. They
 * are checked, not mere annotations.
 */
final class Formats {
  private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
  private static final String IPV4 = OCTET + "(\\." + OCTET + "){3}";
  private static final String IPV6 = ipv6();

  /** Days of each month; years that 4 divides, but not 100 unless 400 does, have a 29 February. */
  private static final String DATE =
      "([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])"
          + "|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
          + "|02-(0[1-9]|1[0-9]|2[0-8]))"
          + "|([0-9][0-9](0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)";

  private static final String FRACTION = "(\\.[0-9]+)?";
  private static final String OFFSET = "([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])";
  private static final String PLAIN_TIME =
      "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]" + FRACTION + OFFSET;

  /** Second 60, at the times that are 23:59 in UTC of the same day, and of the day before. */
  private static final String LEAP_TODAY = leapSeconds(false);

  private static final String LEAP_YESTERDAY = leapSeconds(true);
  private static final String TIME =
      "(" + PLAIN_TIME + "|" + LEAP_TODAY + "|" + LEAP_YESTERDAY + ")";

  /** Leap seconds end the last days of June and December in UTC. */
  private static final String DATE_TIME =
      DATE
          + "[Tt]"
          + PLAIN_TIME
          + "|[0-9]{4}-(06-30|12-31)[Tt]"
          + LEAP_TODAY
          + "|[0-9]{4}-(07-01|01-01)[Tt]"
          + LEAP_YESTERDAY;

  /** RFC 3339, appendix A. */
  private static final String DURATION =
      "P([0-9]+W|(D|M(D)?|Y(M(D)?)?)(T)?|T)"
          .replace("T", "T([0-9]+H([0-9]+M([0-9]+S)?)?|[0-9]+M([0-9]+S)?|[0-9]+S)")
          .replace(
              "(D|M(D)?|Y(M(D)?)?)", "([0-9]+D|[0-9]+M([0-9]+D)?|[0-9]+Y([0-9]+M([0-9]+D)?)?)");

  /**
   * RFC 1123. RFC 5890 reserves the labels with "--" in the third and fourth place; of these there
   * are only those with "xn--" before a name in Punycode, which is not looked into.
   */
  private static final String LABEL =
      "([A-Za-z0-9]([A-Za-z0-9]?|[A-Za-z0-9-]{1,2}[A-Za-z0-9]"
          + "|[A-Za-z0-9-]([A-Za-z0-9][A-Za-z0-9-]|-[A-Za-z0-9])[A-Za-z0-9-]{0,58}[A-Za-z0-9])"
          + "|[Xx][Nn]--[A-Za-z0-9-]{0,58}[A-Za-z0-9])";

  private static final String HOSTNAME = LABEL + "(\\." + LABEL + ")*";

  private static final String ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";

  /** RFC 5321, section 4.1.2, without obsolete forms. */
  private static final String EMAIL =
      "("
          + ATOM
          + "(\\."
          + ATOM
          + ")*|\"([ !#-\\[\\]-~]|\\\\[ -~])*\")@("
          + HOSTNAME
          + "|\\[("
          + IPV4
          + "|IPv6:"
          + IPV6
          + ")\\])";

  /** RFC 3986, appendix A. */
  private static final String ESCAPED = "%[0-9A-Fa-f]{2}";

  private static final String PCHAR = "([A-Za-z0-9._~!$&'()*+,;=:@-]|" + ESCAPED + ")";
  private static final String AUTHORITY =
      "(([A-Za-z0-9._~!$&'()*+,;=:-]|"
          + ESCAPED
          + ")*@)?(\\[("
          + IPV6
          + "|[Vv][0-9A-Fa-f]+\\.[A-Za-z0-9._~!$&'()*+,;=:-]+)\\]|([A-Za-z0-9._~!$&'()*+,;=-]|"
          + ESCAPED
          + ")*)(:[0-9]*)?";
  private static final String SEGMENTS = "(/" + PCHAR + "*)*";
  private static final String ABSOLUTE_PATH = "/(" + PCHAR + "+" + SEGMENTS + ")?";
  private static final String QUERY = "(\\?(" + PCHAR + "|[/?])*)?(#(" + PCHAR + "|[/?])*)?";
  private static final String URI =
      "[A-Za-z][A-Za-z0-9+.-]*:(//"
          + AUTHORITY
          + SEGMENTS
          + "|"
          + ABSOLUTE_PATH
          + "|"
          + PCHAR
          + "+"
          + SEGMENTS
          + "|)"
          + QUERY;
  private static final String RELATIVE_REFERENCE =
      "(//"
          + AUTHORITY
          + SEGMENTS
          + "|"
          + ABSOLUTE_PATH
          + "|([A-Za-z0-9._~!$&'()*+,;=@-]|"
          + ESCAPED
          + ")+"
          + SEGMENTS
          + "|)"
          + QUERY;

  private static final String UUID = "[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}";

  /** RFC 6901. */
  private static final String JSON_POINTER = "(/([^~/]|~[01])*)*";

  private static final Map<String, Supplier<Dfa>> BUILDERS = new TreeMap<>();
  private static final Map<String, Dfa> KNOWN = new ConcurrentHashMap<>();

  static {
    BUILDERS.put("date", () -> regex(DATE));
    BUILDERS.put("time", () -> regex(TIME));
    BUILDERS.put("date-time", () -> regex(DATE_TIME));
    BUILDERS.put("duration", () -> regex(DURATION));
    BUILDERS.put("email", () -> regex(EMAIL));
    BUILDERS.put(
        "hostname", () -> regex(HOSTNAME).intersect(Dfa.repeat(SymbolSet.range(0, 0x7F), 1, 253)));
    BUILDERS.put("ipv4", () -> regex(IPV4));
    BUILDERS.put("ipv6", () -> regex(IPV6));
    BUILDERS.put("uri", () -> regex(URI));
    BUILDERS.put("uri-reference", () -> regex(URI + "|" + RELATIVE_REFERENCE));
    BUILDERS.put("uuid", () -> regex(UUID));
    BUILDERS.put("json-pointer", () -> regex("(?s)" + JSON_POINTER));
    BUILDERS.put(
        "relative-json-pointer", () -> regex("(?s)(0|[1-9][0-9]*)(#|" + JSON_POINTER + ")"));
  }

  private Formats() {}

  static Set<String> names() {
    return BUILDERS.keySet();
  }

  /** The strings of format {@code name}, or null if there is no such format. */
  static Dfa language(String name) {
    Supplier<Dfa> builder = BUILDERS.get(name);
    return builder == null ? null : KNOWN.computeIfAbsent(name, key -> builder.get());
  }

  private static Dfa regex(String pattern) {
    return Regex.matching(pattern, RegexDialect.STANDARD);
  }

  private static String leapSeconds(boolean dayBefore) {
    List<String> times = new ArrayList<>();
    if (!dayBefore) {
      times.add("23:59:60" + FRACTION + "([Zz]|[+-]00:00)");
    }
    for (int offset = 1; offset < 24 * 60; offset++) {
      int minute = dayBefore ? offset - 1 : 24 * 60 - 1 - offset;
      times.add(clock(minute) + ":60" + FRACTION + (dayBefore ? "\\+" : "-") + clock(offset));
    }
    return "(" + String.join("|", times) + ")";
  }

  private static String clock(int minute) {
    return String.format(Locale.ROOT, "%02d:%02d", minute / 60, minute % 60);
  }

  /** RFC 3986, section 3.2.2. */
  private static String ipv6() {
    String group = "[0-9A-Fa-f]{1,4}";
    String last = "(" + group + ":" + group + "|" + IPV4 + ")";
    List<String> forms = new ArrayList<>();
    forms.add("(" + group + ":){6}" + last);
    for (int before = 0; before <= 7; before++) {
      String left = before == 0 ? "" : "(" + group + "(:" + group + "){0," + (before - 1) + "})?";
      int after = 5 - before;
      String right =
          after >= 0 ? "(" + group + ":){" + after + "}" + last : after == -1 ? group : "";
      forms.add(left + "::" + right);
    }
    return "(" + String.join("|", forms) + ")";
  }
}
