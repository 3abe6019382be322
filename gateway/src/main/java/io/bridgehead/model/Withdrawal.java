package io.bridgehead.model;

import java.util.Locale;

/** Why what was admitted is closed while it lives: it would not be admitted now. */
public enum Withdrawal {
    /** Who may call the service, or use the admin port, has changed. */
    POLICY,
    /** An operator has quarantined the site or node at the other end. */
    QUARANTINE,
    /** An authority has revoked a certificate of its chain. */
    REVOKED,
    /** Its chain leads to no trust anchor in force any more. */
    UNTRUSTED,
    /** Its certificate has ended. */
    EXPIRED;

    /** The word for it in {@code status}, logs and metrics. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
