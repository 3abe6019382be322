/** Which endpoint of an immutable set takes the next request: by load, in turn, by chance or by a hash of it. */
@NullMarked
package io.bridgehead.balance;

import org.jspecify.annotations.NullMarked;
