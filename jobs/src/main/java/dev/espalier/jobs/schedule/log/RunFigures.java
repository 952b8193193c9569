package dev.espalier.jobs.schedule.log;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What a run tells of itself; what it does not tell is null.
 *
 * @param rows of the table
 * @param failed of them
 * @param computed rows that went through the model
 * @param changedShare share of the rows whose answers changed, from 0 to 1
 * @param savedTokens tokens that were taken over from earlier runs instead of computed
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RunFigures(
    Long rows,
    Long failed,
    Long computed,
    Double changedShare,
    Long promptTokens,
    Long cachedTokens,
    Long generatedTokens,
    Long savedTokens) {
  public static final RunFigures NONE =
      new RunFigures(null, null, null, null, null, null, null, null);
}
