/**
 * One exchange from its head to its last byte: match, policy, attempts, pump, refusals; for HTTP requests and for streams of
 * bytes, from clients and from tunnels. {@link io.bridgehead.proxy.HttpProxy} and {@link io.bridgehead.proxy.TcpProxy} are the doors;
 * {@link io.bridgehead.proxy.Exchange} is the state machine behind both. What happened is told to an
 * {@link io.bridgehead.proxy.ExchangeObserver}.
 *
 * <p>Everything here runs on the event loop of the connection that the exchange came in by, and never sees a buffer of the
 * network library.
 */
@NullMarked
package io.bridgehead.proxy;

import org.jspecify.annotations.NullMarked;
