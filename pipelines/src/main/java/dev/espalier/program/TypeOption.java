package dev.espalier.program;

/** The type of a value: an option of {@link State#gen} and {@link State#select}. */
public sealed interface TypeOption extends GenOption, SelectOption permits Options.Type {}
