package io.bridgehead.wire.http1;

import io.netty.handler.codec.http.HttpResponseStatus;

/** The words behind a status code in a status line; nobody may rely on them (RFC 9112, section 4). */
final class ReasonPhrase {
    private ReasonPhrase() {}

    static String of(int status) {
        String phrase = HttpResponseStatus.valueOf(status).reasonPhrase();
        return phrase.indexOf('(') >= 0 ? "" : phrase;
    }
}
