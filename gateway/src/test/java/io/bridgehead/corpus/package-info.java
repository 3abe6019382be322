/** Hostile input as data: cases in files, what plays the client and the endpoint of a case, and the reading of both. */
@NullMarked
package io.bridgehead.corpus;

import org.jspecify.annotations.NullMarked;
