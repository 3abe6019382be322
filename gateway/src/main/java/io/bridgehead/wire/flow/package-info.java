/**
 * How bytes enter and leave one channel: gathered writes, reading that stops when nobody consumes, deadlines without
 * a timer per request.
 */
@NullMarked
package io.bridgehead.wire.flow;

import org.jspecify.annotations.NullMarked;
