package io.bridgehead.policy;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.ServiceName;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Somebody else who is asked about each request of a service: its head is sent to another service, whose answer 200 lets it pass.
 *
 * @param checker the service that is asked
 * @param pathPrefix stands before the path of the request in the question; empty for none
 * @param timeout for the head of the answer
 * @param allowOnFailure whether requests pass when there is no answer, or one from 500 on
 * @param sent fields of the request that the question has: those that every question has, and those of the document, each once
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
    /** What every question has of its request, if that has it. */
    private static final List<HeaderName> ALWAYS_SENT = List.of(
            HeaderName.of("authorization"),
            HeaderName.X_FORWARDED_FOR,
            HeaderName.X_FORWARDED_PROTO,
            HeaderName.X_FORWARDED_CLIENT_CERT,
            HeaderName.X_REQUEST_ID);

    public ExternalCheck {
        Set<HeaderName> each = new LinkedHashSet<>(ALWAYS_SENT);
        each.addAll(sent);
        sent = List.copyOf(each);
        toRequest = List.copyOf(toRequest);
        toAnswer = List.copyOf(toAnswer);
    }

    /** What the question has of these fields of the request. */
    public HeaderFields question(HeaderFields request) {
        HeaderFields fields = new HeaderFields();
        for (int i = 0; i < sent.size(); i++) {
            copy(sent.get(i), request, fields);
        }
        return fields;
    }

    /** Removes from what a client says the fields that are the checker's word alone. */
    public void strip(HeaderFields fields) {
        for (int i = 0; i < toRequest.size(); i++) {
            fields.removeAll(toRequest.get(i));
        }
    }

    /** Adds to the request what a good answer says. */
    public void addTo(HeaderFields request, HeaderFields answer) {
        for (int i = 0; i < toRequest.size(); i++) {
            copy(toRequest.get(i), answer, request);
        }
    }

    /** What the client gets to see of the fields of an answer that is not good. */
    public HeaderFields shown(HeaderFields answer) {
        HeaderFields fields = new HeaderFields();
        for (int i = 0; i < toAnswer.size(); i++) {
            copy(toAnswer.get(i), answer, fields);
        }
        return fields;
    }

    /** Adds all fields of a name. */
    public static void copy(HeaderName name, HeaderFields from, HeaderFields to) {
        for (int i = from.indexOf(name, 0); i >= 0; i = from.indexOf(name, i + 1)) {
            to.add(name, from.value(i));
        }
    }

    /** The path of the question about a request for a path with its query; {@code *} of OPTIONS has no place below another. */
    public String path(String asked) {
        return asked.startsWith("/") || pathPrefix.isEmpty() ? pathPrefix + asked : pathPrefix;
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
        /** Another answer below 500 was given, and passed on; or policies did not let the question through. */
        DENIED("denied"),
        /** No answer, or one from 500 on; the request passed all the same. */
        FAILED_ALLOWED("failed-allowed"),
        /** No answer, or one from 500 on; the request was refused, as it is when the time for its whole answer is over. */
        FAILED_DENIED("failed-denied"),
        /** The client has gone before there was an answer. */
        CANCELLED("cancelled");

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
