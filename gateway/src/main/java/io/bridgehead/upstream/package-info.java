/**
 * The runtime state of services: which endpoints and sites are fit, what share each site gets, and one attempt,
 * direct or through a tunnel. {@link io.bridgehead.upstream.ServiceRegistry} is the node's; {@link
 * io.bridgehead.upstream.LoopUpstreams} is what one event loop chooses by.
 */
@NullMarked
package io.bridgehead.upstream;

import org.jspecify.annotations.NullMarked;
