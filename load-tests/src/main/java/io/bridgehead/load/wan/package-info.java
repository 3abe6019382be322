/**
 * Sites with a wide area between them on one Linux machine: a network namespace each, and a program that carries their packets with
 * delay, jitter, loss, a rate and cuts. Needs root and the program {@code ip}.
 */
@NullMarked
package io.bridgehead.load.wan;

import org.jspecify.annotations.NullMarked;
