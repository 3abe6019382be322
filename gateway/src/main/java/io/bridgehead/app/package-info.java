/** The composition root: builds a node from its parts by plain constructors, starts, drains and stops it. */
@NullMarked
package io.bridgehead.app;

import org.jspecify.annotations.NullMarked;
