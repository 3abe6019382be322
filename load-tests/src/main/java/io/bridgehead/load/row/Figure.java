package io.bridgehead.load.row;

/** Something that a measurement finds out. */
public enum Figure {
    /** CPU of both gateways for one request. */
    CPU_PER_REQUEST("CPU us/request", 1),
    /** The part of it that the kernel took. */
    SYSTEM_PER_REQUEST("  of it in the kernel", 1),
    /** Instructions of both gateways for one request, where the processor lets them be counted. */
    INSTRUCTIONS_PER_REQUEST("instructions/request", 0),
    /** Answers a second with as many requests under way as there are connections. */
    REQUESTS_PER_SECOND("requests/s", 0),
    /** Half of the requests at a fixed rate were answered within this. */
    P50("p50 us", 0),
    /** All but a hundredth of the requests at a fixed rate were answered within this. */
    P99("p99 us", 0),
    /** CPU of both gateways for a GiB carried. */
    CPU_PER_GIB("CPU s/GiB", 3),
    /** The part of it that the kernel took. */
    SYSTEM_PER_GIB("  of it in the kernel", 3),
    /** GiB carried in a second. */
    GIB_PER_SECOND("GiB/s", 3),
    /** GiB carried in a second, as a share of what one thread encrypts with AES-128-GCM on this machine. */
    AES_SPEED_SHARE("share of AES-GCM speed", 2),
    /** CPU that encrypting and decrypting alone would take, as a share of the CPU taken. */
    AES_CPU_SHARE("share of CPU in AES-GCM", 2),
    /** CPU of the far gateway for one handshake. */
    CPU_PER_HANDSHAKE("CPU us/handshake", 0),
    /** Instructions of the far gateway for one handshake, where they can be counted. */
    INSTRUCTIONS_PER_HANDSHAKE("instructions/handshake", 0),
    /** Full handshakes for each CPU second of the far gateway. */
    HANDSHAKES_PER_CPU_SECOND("handshakes/CPU s", 0),
    /** Full handshakes in a second. */
    HANDSHAKES_PER_SECOND("handshakes/s", 0),
    /** CPU of compilers of the Java virtual machine, as a share of the CPU taken; it is part of every figure. */
    COMPILER_SHARE("  of it in compilers", 3);

    private final String label;
    private final int decimals;

    Figure(String label, int decimals) {
        this.label = label;
        this.decimals = decimals;
    }

    /** How the table calls it, with the unit. */
    public String label() {
        return label;
    }

    /** Digits behind the point. */
    public int decimals() {
        return decimals;
    }
}
