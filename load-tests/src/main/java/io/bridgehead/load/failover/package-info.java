/** Endpoints that fall ill and clients that keep asking: what failover is measured with. */
@NullMarked
package io.bridgehead.load.failover;

import org.jspecify.annotations.NullMarked;
