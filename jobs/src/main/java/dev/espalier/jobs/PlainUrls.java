package dev.espalier.jobs;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes out of URLs what may be a secret: who logs in, and the query. */
final class PlainUrls {
  private static final Pattern URL =
      Pattern.compile(
          "\\b([a-zA-Z][a-zA-Z0-9+.-]*)://([^\\s/'\"`<>]*@)?([^\\s?'\"`<>]*)(\\?\\S*=[^\\s'\"`<>,;)]*)?");

  /** Schemes in which the name of a container stands where others have the user. */
  private static final Set<String> WITH_CONTAINER = Set.of("abfs", "abfss", "wasb", "wasbs");

  private PlainUrls() {}

  /** {@code text} with each URL in it as {@code scheme://host/path}. */
  static String in(String text) {
    return URL.matcher(text).replaceAll(PlainUrls::plain);
  }

  private static String plain(java.util.regex.MatchResult url) {
    String user = url.group(2) == null ? "" : url.group(2);
    boolean container = WITH_CONTAINER.contains(url.group(1).toLowerCase(Locale.ROOT));
    String kept = container && !user.isEmpty() ? user.replaceFirst(":.*", "@") : "";
    String query = url.group(4) == null ? "" : "?…";
    return Matcher.quoteReplacement(url.group(1) + "://" + kept + url.group(3) + query);
  }
}
