package io.bridgehead.identity;

/** An identity that was not given: which refusal, and what was found and expected. */
public final class EnrolmentException extends Exception {
    private static final long serialVersionUID = 1L;

    private final EnrolmentRefusal refusal;

    EnrolmentException(EnrolmentRefusal refusal, String detail) {
        super(detail);
        this.refusal = refusal;
    }

    EnrolmentException(EnrolmentRefusal refusal, String detail, Throwable cause) {
        super(detail, cause);
        this.refusal = refusal;
    }

    /** Which one. */
    public EnrolmentRefusal refusal() {
        return refusal;
    }

    /** What was found and expected. */
    public String detail() {
        return String.valueOf(getMessage());
    }
}
