/** Nodes of the distribution under everything that can happen to them and between them, and what must hold all the same. */
@NullMarked
package io.bridgehead.load.chaos;

import org.jspecify.annotations.NullMarked;
