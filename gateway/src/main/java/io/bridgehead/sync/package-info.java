/**
 * Between the gateway's words and shared state: documents, health reports and orders to and from signed records, who may sign what,
 * and the carriage of records over tunnels to nodes that the cluster does not reach.
 */
@NullMarked
package io.bridgehead.sync;

import org.jspecify.annotations.NullMarked;
