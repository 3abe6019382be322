/** Tests of the signals. */
@NullMarked
package io.bridgehead.telemetry;

import org.jspecify.annotations.NullMarked;
