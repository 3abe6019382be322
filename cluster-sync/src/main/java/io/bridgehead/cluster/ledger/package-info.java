/** The picture that every store keeps in memory: heads, histories, contents, and the newest of each other record. */
@NullMarked
package io.bridgehead.cluster.ledger;

import org.jspecify.annotations.NullMarked;
