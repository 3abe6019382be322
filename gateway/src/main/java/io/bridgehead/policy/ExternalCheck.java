package io.bridgehead.policy;

import io.bridgehead.model.HeaderName;
import io.bridgehead.model.ServiceName;
import java.time.Duration;
import java.util.List;

/**
 * Somebody else who is asked about each request of a service: its head is sent to another service, whose answer 200 lets it pass.
 *
 * @param checker the service that is asked
 * @param pathPrefix stands before the path of the request in the question; empty for none
 * @param timeout for the head of the answer
 * @param allowOnFailure whether requests pass when there is no answer, or one from 500 on
 * @param sent fields of the request that the question has, beside those that every question has
 * @param toRequest fields that a good answer sets in the request; whatever the client says in them is removed
 * @param toAnswer fields of any other answer that the client gets
 */
public record ExternalCheck(
        ServiceName checker,
        String pathPrefix,
        Duration timeout,
        boolean allowOnFailure,
        List<HeaderName> sent,
        List<HeaderName> toRequest,
        List<HeaderName> toAnswer) {
    public ExternalCheck {
        sent = List.copyOf(sent);
        toRequest = List.copyOf(toRequest);
        toAnswer = List.copyOf(toAnswer);
    }

    /** For people, such as {@code service authz is asked at /check within 200 ms, and without its answer requests are refused}. */
    public String shown() {
        return "service " + checker + " is asked" + (pathPrefix.isEmpty() ? "" : " at " + pathPrefix) + " within "
                + timeout.toMillis() + " ms, and without its answer requests "
                + (allowOnFailure ? "pass" : "are refused");
    }

    /** What became of a question. */
    public enum Outcome {
        /** The answer was 200. */
        ALLOWED("allowed"),
        /** Another answer below 500 was given, and passed on. */
        DENIED("denied"),
        /** No answer, or one from 500 on; the request passed all the same. */
        FAILED_ALLOWED("failed-allowed"),
        /** No answer, or one from 500 on; the request was refused. */
        FAILED_DENIED("failed-denied");

        private final String text;

        Outcome(String text) {
            this.text = text;
        }

        /** The word in logs and metrics. */
        public String text() {
            return text;
        }
    }
}
