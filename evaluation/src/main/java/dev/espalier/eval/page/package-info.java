/**
 * The report of a sweep: one HTML file that needs nothing beside itself. Figures are computed here;
 * what a reader chooses is drawn by the scripts in {@code src/main/resources}.
 */
package dev.espalier.eval.page;
