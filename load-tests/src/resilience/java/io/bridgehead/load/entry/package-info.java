/** Two nodes of one site on one network, and the ways by which clients find one of them. Needs root, and what docs/two-nodes.md shows. */
@NullMarked
package io.bridgehead.load.entry;

import org.jspecify.annotations.NullMarked;
