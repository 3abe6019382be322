/** From documents to the routing table or to problems; what a change would do (plan); what happens to a request (explain). */
@NullMarked
package io.bridgehead.compile;

import org.jspecify.annotations.NullMarked;
