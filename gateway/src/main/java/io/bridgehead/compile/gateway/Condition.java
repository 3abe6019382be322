package io.bridgehead.compile.gateway;

import java.util.List;

/**
 * One aspect of how an object stands, in the words of the Gateway API v1.
 *
 * @param type such as {@code Accepted}
 * @param status whether it holds
 * @param reason one word, such as {@code NoMatchingParent}
 * @param message for people
 */
public record Condition(String type, boolean status, String reason, String message) {
    public static final String ACCEPTED = "Accepted";
    public static final String PROGRAMMED = "Programmed";
    public static final String RESOLVED_REFS = "ResolvedRefs";
    public static final String CONFLICTED = "Conflicted";
    public static final String PARTIALLY_INVALID = "PartiallyInvalid";
    public static final String OVERLAPPING_TLS = "OverlappingTLSConfig";
    public static final String SUPPORTED_VERSION = "SupportedVersion";

    /** It holds. */
    public static Condition yes(String type, String message) {
        return new Condition(type, true, type, message);
    }

    /** It holds, for a reason of another name. */
    public static Condition yes(String type, String reason, String message) {
        return new Condition(type, true, reason, message);
    }

    /** It does not hold. */
    public static Condition no(String type, String reason, String message) {
        return new Condition(type, false, reason, message);
    }

    /** Whether a condition of this type is there and holds. */
    public static boolean holds(List<Condition> conditions, String type) {
        return conditions.stream().anyMatch(condition -> condition.type().equals(type) && condition.status());
    }
}
