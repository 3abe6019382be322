/** The port of the admin API for operators elsewhere: mutual TLS, HTTP/1.1, few connections and short requests. */
@NullMarked
package io.bridgehead.listen.operator;

import org.jspecify.annotations.NullMarked;
