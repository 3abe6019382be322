/** The way of a record from anywhere into the store: bounds, verification, comparison, news. */
@NullMarked
package io.bridgehead.cluster.intake;

import org.jspecify.annotations.NullMarked;
