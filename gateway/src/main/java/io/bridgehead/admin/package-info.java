/** The admin API: a Unix socket for the command line, a port for metrics and probes, and the client of both. */
@NullMarked
package io.bridgehead.admin;

import org.jspecify.annotations.NullMarked;
