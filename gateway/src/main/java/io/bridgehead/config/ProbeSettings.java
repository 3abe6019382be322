package io.bridgehead.config;

import java.net.InetAddress;
import java.time.Duration;

/**
 * The plaintext port that load balancers probe: it accepts connections only while the node is ready.
 *
 * @param port 0 lets the system choose, on loopback addresses only
 * @param leave how long a node that stops goes on accepting clients after this port has closed
 */
public record ProbeSettings(InetAddress address, int port, Duration leave) {}
