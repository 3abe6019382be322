/**
 * Which rule a request fits: host names, exact and by wildcard, and then path, method, header fields and query, at a cost that does not depend
 * on the number of routes. The door to the engine of regular expressions, whose time grows with the text only.
 */
@NullMarked
package io.bridgehead.match;

import org.jspecify.annotations.NullMarked;
