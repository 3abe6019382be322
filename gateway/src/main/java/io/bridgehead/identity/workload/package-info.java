/** The SPIFFE Workload API as the source of a node's identity: an own small client, judged by own code. */
@NullMarked
package io.bridgehead.identity.workload;

import org.jspecify.annotations.NullMarked;
