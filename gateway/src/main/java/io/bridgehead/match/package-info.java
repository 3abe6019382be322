/** Which rule a request fits: host names, exact and by wildcard, at a cost that does not depend on the number of routes. */
@NullMarked
package io.bridgehead.match;

import org.jspecify.annotations.NullMarked;
