/** Disturbances at random from a seed, writers meanwhile, and a checker of the history that comes of it. */
@NullMarked
package io.bridgehead.cluster.chaos;

import org.jspecify.annotations.NullMarked;
