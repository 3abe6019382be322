package io.bridgehead.wire;

import io.bridgehead.model.ResponseHead;

/** What a client's stream tells its user: heads first, then as {@link StreamEvents}. */
public interface ResponseEvents extends StreamEvents {
    /** A 1xx head other than 101; at most 16 come. */
    void onInformational(ResponseHead head);

    /** The final head; {@code end} when no body follows. It is 101 only if an upgrade was asked for and agreed to. */
    void onResponse(ResponseHead head, boolean end);
}
