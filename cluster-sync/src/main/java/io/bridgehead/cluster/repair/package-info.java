/** Anti-entropy: two nodes compare digests and pull what they lack. */
@NullMarked
package io.bridgehead.cluster.repair;

import org.jspecify.annotations.NullMarked;
