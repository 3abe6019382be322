/** The one control loop: what shared state holds becomes a routing table, the table is swapped in, and everything that runs is reconciled. */
@NullMarked
package io.bridgehead.control;

import org.jspecify.annotations.NullMarked;
