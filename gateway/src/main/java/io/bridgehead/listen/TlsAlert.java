package io.bridgehead.listen;

/** A fatal alert in clear (RFC 8446, section 6): how a TLS client is told why its ClientHello leads nowhere. */
enum TlsAlert {
    ACCESS_DENIED(49),
    DECODE_ERROR(50),
    INTERNAL_ERROR(80),
    UNRECOGNIZED_NAME(112);

    private static final byte FATAL = 2;

    private final int code;

    TlsAlert(int code) {
        this.code = code;
    }

    /** The alert that says what this status says in HTTP. */
    static TlsAlert of(int status) {
        return switch (status) {
            case 404 -> UNRECOGNIZED_NAME;
            case 403 -> ACCESS_DENIED;
            default -> INTERNAL_ERROR;
        };
    }

    /** The record that carries it. */
    byte[] record() {
        return new byte[] {21, 3, 3, 0, 2, FATAL, (byte) code};
    }
}
