/** Which sites serve a service now, and why: tiers, spill, hold-down, fail-back and operator orders as one state machine. */
@NullMarked
package io.bridgehead.failover;

import org.jspecify.annotations.NullMarked;
