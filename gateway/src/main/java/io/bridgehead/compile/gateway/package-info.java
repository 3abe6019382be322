/** Gateway API manifests to routing: listeners, attachment of routes, references and grants, rules, and the status of each. */
@NullMarked
package io.bridgehead.compile.gateway;

import org.jspecify.annotations.NullMarked;
