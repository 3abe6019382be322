/**
 * Mutual-TLS links between the nodes of different sites: who dials, who accepts, how long a silent peer is believed, and how streams
 * get onto them.
 *
 * <p>{@link io.bridgehead.tunnel.TunnelView} says what can be reached, on any thread; {@link io.bridgehead.tunnel.LoopTunnels} opens
 * streams on one event loop. One loop, the home, owns the control connections and judges liveness; every loop owns its own connections
 * for requests and bytes.
 */
@NullMarked
package io.bridgehead.tunnel;

import org.jspecify.annotations.NullMarked;
