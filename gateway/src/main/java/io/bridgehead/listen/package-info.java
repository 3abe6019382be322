/**
 * The node's sockets for clients: accept, connection gate, drain; and the place where streams from tunnels enter the same
 * path. {@link io.bridgehead.listen.Listeners} keeps one {@link io.bridgehead.listen.EdgeListener} for each port of the configuration.
 */
@NullMarked
package io.bridgehead.listen;

import org.jspecify.annotations.NullMarked;
