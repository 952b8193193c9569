/**
 * The part of Jinja2 that chat templates use, with Python's values: what a template renders here is
 * what it renders in transformers, or it is refused.
 */
package dev.espalier.jinja;
