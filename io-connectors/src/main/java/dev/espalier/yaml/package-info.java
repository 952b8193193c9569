/**
 * YAML 1.2, and 1.1 as PyYAML reads it, with places: text in, a tree of nodes out, in which every
 * scalar keeps its spelling. A leaf: nothing of Espalier is used here.
 */
package dev.espalier.yaml;
