package io.bridgehead.identity;

import io.bridgehead.model.SpiffeId;
import java.time.Instant;

/** Is told what an authority did, and how this node's own renewals went; on any thread, must return at once. */
public interface EnrolmentObserver {
    /** An identity was given. */
    default void identityIssued(Enrolment how, SpiffeId id, Instant notAfter, String address) {}

    /** An identity was refused. */
    default void identityRefused(Enrolment how, EnrolmentRefusal refusal, String detail, String address) {}

    /** A token was made or taken back. */
    default void tokenChanged(String what, String token, String author) {}

    /** This node's identity was renewed; the files are written. */
    default void identityRenewed(SpiffeId id, Instant notAfter, String source) {}

    /** This node's identity could not be renewed; it is tried again. */
    default void renewalFailed(String detail, Instant notAfter) {}

    /** How somebody asked for an identity. */
    enum Enrolment {
        /** With a token. */
        JOIN,
        /** With a certificate that is valid still. */
        RENEWAL;

        /** The stable name. */
        public String text() {
            return this == JOIN ? "join" : "renewal";
        }
    }

    /** An observer that does nothing. */
    static EnrolmentObserver silent() {
        return new EnrolmentObserver() {};
    }
}
