package dev.espalier.program;

/** An option of {@link State#select}; see {@link Options}. */
public sealed interface SelectOption permits Options.Method, TypeOption {}
