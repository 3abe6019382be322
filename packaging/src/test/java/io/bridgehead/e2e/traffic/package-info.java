/** Both ends of traffic: endpoints that behave well or badly, and clients that see every byte. */
@NullMarked
package io.bridgehead.e2e.traffic;

import org.jspecify.annotations.NullMarked;
