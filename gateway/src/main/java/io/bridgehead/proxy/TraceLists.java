package io.bridgehead.proxy;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The lists that travel with a trace, {@code tracestate} and {@code baggage}, kept within what their standards and this node allow. */
final class TraceLists {
    /** Trace Context, section 3.3.1.1: a list with more members is malformed. */
    static final int STATE_MEMBERS_MAX = 32;
    /** Section 3.3.1.5: what has to be passed on at least; longer lists are cut to it. */
    static final int STATE_CHARACTERS_MAX = 512;
    /** Section 3.3.1.5: members longer than this go first. */
    static final int STATE_MEMBER_LONG = 128;

    private TraceLists() {}

    /** Cuts a {@code tracestate} that is too long, and removes one with too many members. */
    static void boundState(HeaderFields fields) {
        int members = 0;
        int characters = 0;
        for (int i = fields.indexOf(HeaderName.TRACESTATE, 0);
                i >= 0;
                i = fields.indexOf(HeaderName.TRACESTATE, i + 1)) {
            members += 1 + count(fields.array(), fields.valueStart(i), fields.valueLength(i));
            characters += fields.valueLength(i) + 1;
        }
        if (members > STATE_MEMBERS_MAX) {
            fields.removeAll(HeaderName.TRACESTATE);
        } else if (characters - 1 > STATE_CHARACTERS_MAX) {
            List<String> kept = members(fields, HeaderName.TRACESTATE);
            int length = lengthOf(kept);
            for (int i = kept.size() - 1; i >= 0 && length > STATE_CHARACTERS_MAX; i--) {
                if (kept.get(i).length() > STATE_MEMBER_LONG) {
                    length -= kept.remove(i).length() + 1;
                }
            }
            while (length > STATE_CHARACTERS_MAX) {
                length -= kept.removeLast().length() + 1;
            }
            replace(fields, HeaderName.TRACESTATE, kept);
        }
    }

    private static int count(byte[] text, int start, int length) {
        int commas = 0;
        for (int i = start; i < start + length; i++) {
            if (text[i] == ',') {
                commas++;
            }
        }
        return commas;
    }

    /** Removes members of {@code baggage} but for those whose keys are named. */
    static void keepBaggage(HeaderFields fields, Set<String> keys) {
        if (keys.isEmpty()) {
            fields.removeAll(HeaderName.BAGGAGE);
            return;
        }
        List<String> kept = members(fields, HeaderName.BAGGAGE);
        kept.removeIf(member -> !keys.contains(key(member)));
        replace(fields, HeaderName.BAGGAGE, kept);
    }

    private static String key(String member) {
        int properties = member.indexOf(';');
        int value = member.indexOf('=');
        return value < 0 || (properties >= 0 && properties < value)
                ? ""
                : member.substring(0, value).strip();
    }

    private static List<String> members(HeaderFields fields, HeaderName name) {
        List<String> members = new ArrayList<>();
        for (int i = fields.indexOf(name, 0); i >= 0; i = fields.indexOf(name, i + 1)) {
            for (String member : fields.value(i).split(",", -1)) {
                if (!member.isBlank()) {
                    members.add(member.strip());
                }
            }
        }
        return members;
    }

    private static int lengthOf(List<String> members) {
        int length = -1;
        for (String member : members) {
            length += member.length() + 1;
        }
        return length;
    }

    private static void replace(HeaderFields fields, HeaderName name, List<String> members) {
        fields.removeAll(name);
        if (!members.isEmpty()) {
            fields.add(name, String.join(",", members));
        }
    }
}
