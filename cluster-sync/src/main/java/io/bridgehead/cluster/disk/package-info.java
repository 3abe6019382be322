/** The durable store of a node: an append-only log, snapshots, checksums and this node's own marks. */
@NullMarked
package io.bridgehead.cluster.disk;

import org.jspecify.annotations.NullMarked;
