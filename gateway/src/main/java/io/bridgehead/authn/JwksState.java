package io.bridgehead.authn;

/**
 * What is known of an issuer's keys at one moment.
 *
 * @param bytes what they were read from
 * @param readMillis when that was last done well, since 1970; 0 for never
 * @param problem why it could not be done since; empty when it could
 * @param failures how often in a row it could not
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record JwksState(JwksKeys keys, byte[] bytes, long readMillis, String problem, int failures) {
    static final JwksState FIRST = new JwksState(JwksKeys.NONE, new byte[0], 0, "", 0);

    /** The same, found unchanged. */
    JwksState again(long nowMillis) {
        return new JwksState(keys, bytes, nowMillis, "", 0);
    }

    /** The same, which could not be looked at. */
    JwksState failed(String why) {
        return new JwksState(keys, bytes, readMillis, why, failures + 1);
    }
}
