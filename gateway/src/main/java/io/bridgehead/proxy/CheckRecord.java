package io.bridgehead.proxy;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.policy.ExternalCheck;
import io.bridgehead.policy.ExternalCheck.Outcome;
import org.jspecify.annotations.Nullable;

/** What somebody else is asked about one exchange, and what became of it. */
@OwnedBy(Owner.EVENT_LOOP)
public final class CheckRecord {
    private final ExternalCheck terms;
    private final HeaderFields question;
    private @Nullable Outcome outcome;
    private String detail = "";
    private long durationNanos;

    /** @param request as the client sent them; they lose what only the checker may say, when the question has been made of them */
    CheckRecord(ExternalCheck terms, HeaderFields request) {
        this.terms = terms;
        this.question = terms.question(request);
        terms.strip(request);
    }

    ExternalCheck terms() {
        return terms;
    }

    /** The fields that the question has of the request. */
    HeaderFields question() {
        return question;
    }

    void ended(Outcome how, String explanation, long nanos) {
        outcome = how;
        detail = explanation;
        durationNanos = nanos;
    }

    /** What became of the question; null when it was not asked, because the request was refused before. */
    public @Nullable Outcome outcome() {
        return outcome;
    }

    /** Why it was so, for people who run this node; empty when it was allowed. */
    public String detail() {
        return detail;
    }

    /** From the question to its end. */
    public long durationNanos() {
        return durationNanos;
    }
}
