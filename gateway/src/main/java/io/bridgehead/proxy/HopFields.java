package io.bridgehead.proxy;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.ResponseHead;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What nodes tell each other about a request, in {@code bridgehead-*} fields: service, revision, caller ({@link HopWord}); how many attempts the
 * far node may make ({@code bridgehead-attempts}); how many milliseconds are left for the head of an answer, counted from the
 * moment the request is there whole ({@code bridgehead-deadline}). In a refusal {@code bridgehead-refusal} has the form
 * {@code name;sent=0}, where 0 means that no byte of the request reached an endpoint, and {@code bridgehead-attempts} says how many
 * attempts were made. {@code bridgehead-session} is told by {@link Session}. {@code bridgehead-attempt-time} bounds each attempt in milliseconds where a rule does, 0 for not at all. {@code bridgehead-status} is the status of an answer that a tunnel cannot carry as it is.
 */
final class HopFields {
    static final int ATTEMPTS_MAX = 100;
    private static final int STATUS_HIDING = 501;
    private static final int STATUS_MIN = 200;
    private static final int STATUS_MAX = 299;
    private static final long DEADLINE_MILLIS_MAX = 24L * 3600 * 1000;
    private static final String SENT = ";sent=";
    private static final int NUMBER_DIGITS_MAX = 9;
    private static final Map<String, Refusal> REFUSALS = byText();
    private static final byte[][] NUMBERS = numbers();

    private HopFields() {}

    /** A refusal of the far node; {@code sent} says whether an endpoint may have seen the request. */
    record FarRefusal(Refusal refusal, boolean sent, int attempts) {}

    static void addRefusal(HeaderFields fields, Refusal refusal, boolean sent, int attempts) {
        fields.add(HeaderName.BRIDGEHEAD_REFUSAL, refusal.text() + SENT + (sent ? '1' : '0'));
        fields.add(HeaderName.BRIDGEHEAD_ATTEMPTS, Integer.toString(attempts));
    }

    /** The refusal in an answer that came through a tunnel, or null. What cannot be read counts as sent. */
    static @Nullable FarRefusal refusal(HeaderFields fields) {
        String text = fields.first(HeaderName.BRIDGEHEAD_REFUSAL);
        if (text == null) {
            return null;
        }
        int end = text.indexOf(';');
        Refusal refusal = REFUSALS.getOrDefault(end < 0 ? text : text.substring(0, end), Refusal.INTERNAL);
        boolean notSent = end >= 0 && text.substring(end).equals(SENT + '0');
        long attempts = number(fields, HeaderName.BRIDGEHEAD_ATTEMPTS, ATTEMPTS_MAX);
        return new FarRefusal(refusal, !notSent, (int) Math.max(0, attempts));
    }

    /**
     * The form in which a tunnel carries the endpoint's ordinary answer of 2xx to an upgrade, since there 2xx means that
     * the upgrade is agreed to (RFC 8441, section 5).
     */
    static ResponseHead hidden(ResponseHead answer) {
        answer.fields().add(HeaderName.BRIDGEHEAD_STATUS, Integer.toString(answer.status()));
        return new ResponseHead(STATUS_HIDING, answer.fields());
    }

    /** The answer as the endpoint gave it. */
    static ResponseHead shown(ResponseHead answer) {
        long status = number(answer.fields(), HeaderName.BRIDGEHEAD_STATUS, STATUS_MAX);
        return status < STATUS_MIN ? answer : new ResponseHead((int) status, answer.fields());
    }

    /** The attempts that this node may make; {@link #ATTEMPTS_MAX} when nothing is said. */
    static int attempts(HeaderFields fields) {
        long attempts = number(fields, HeaderName.BRIDGEHEAD_ATTEMPTS, ATTEMPTS_MAX);
        return attempts < 1 ? ATTEMPTS_MAX : (int) attempts;
    }

    /** Milliseconds for the head of the answer; -1 when nothing is said. */
    static long deadlineMillis(HeaderFields fields) {
        return number(fields, HeaderName.BRIDGEHEAD_DEADLINE, DEADLINE_MILLIS_MAX);
    }

    /** Milliseconds for each attempt, 0 for any; -1 when nothing is said. */
    static long attemptMillis(HeaderFields fields) {
        return number(fields, HeaderName.BRIDGEHEAD_ATTEMPT_TIME, DEADLINE_MILLIS_MAX);
    }

    private static long number(HeaderFields fields, HeaderName name, long max) {
        int i = fields.indexOf(name, 0);
        return i < 0 ? -1 : Math.min(fields.decimal(i, NUMBER_DIGITS_MAX), max);
    }

    /** Says how many attempts and how much time are left. */
    static void addLeft(HeaderFields fields, int attempts, long millis) {
        fields.add(HeaderName.BRIDGEHEAD_ATTEMPTS, NUMBERS[Math.clamp(attempts, 0, ATTEMPTS_MAX)]);
        if (millis > 0) {
            fields.add(HeaderName.BRIDGEHEAD_DEADLINE, millis);
        }
    }

    private static byte[][] numbers() {
        byte[][] texts = new byte[ATTEMPTS_MAX + 1][];
        for (int number = 0; number <= ATTEMPTS_MAX; number++) {
            texts[number] = Integer.toString(number).getBytes(StandardCharsets.US_ASCII);
        }
        return texts;
    }

    private static Map<String, Refusal> byText() {
        Map<String, Refusal> map = new HashMap<>();
        for (Refusal refusal : Refusal.values()) {
            map.put(refusal.text(), refusal);
        }
        return Map.copyOf(map);
    }
}
