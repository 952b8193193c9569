package dev.espalier.jobs.view;

import java.util.Locale;

/** Figures of comparisons as a terminal shows them. */
final class Figure {
  private Figure() {}

  /** Four digits behind the point below ten, fewer above; {@code -} for none. */
  static String of(double value) {
    if (Double.isNaN(value)) {
      return "-";
    }
    String format = Math.abs(value) < 10 ? "%.4f" : Math.abs(value) < 1000 ? "%.2f" : "%.0f";
    return String.format(Locale.ROOT, format, value);
  }

  static String signed(double value) {
    return (value > 0 ? "+" : "") + of(value);
  }

  static String chance(double p) {
    if (Double.isNaN(p)) {
      return "-";
    }
    return p < 0.0001 ? "<0.0001" : String.format(Locale.ROOT, "%.4f", p);
  }
}
