/**
 * What is never legal in a message, whatever the protocol version: paths, authorities, fields. Checks work on bytes
 * and give no
 * exceptions: a {@link io.bridgehead.wire.guard.Fault} says which refusal applies and why.
 */
@NullMarked
package io.bridgehead.wire.guard;

import org.jspecify.annotations.NullMarked;
