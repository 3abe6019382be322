/** The way to one endpoint: its addresses, connections to it, pools of them on each loop, and probes. */
@NullMarked
package io.bridgehead.upstream.endpoint;

import org.jspecify.annotations.NullMarked;
