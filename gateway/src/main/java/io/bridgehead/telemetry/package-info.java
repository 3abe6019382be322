/** Implements every observer: meters, spans, the access log, and the form of the log. */
@NullMarked
package io.bridgehead.telemetry;

import org.jspecify.annotations.NullMarked;
