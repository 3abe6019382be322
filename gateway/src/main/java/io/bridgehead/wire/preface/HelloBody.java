package io.bridgehead.wire.preface;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.wire.preface.ClientHelloReader.Flaw;
import io.bridgehead.wire.preface.ClientHelloReader.Hello;
import io.bridgehead.wire.preface.ClientHelloReader.Result;
import io.bridgehead.wire.preface.ClientHelloReader.Wrong;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The body of one whole ClientHello: every length in it must fit the one around it. */
@OwnedBy(Owner.EVENT_LOOP)
final class HelloBody {
    private static final int RANDOM_AND_VERSION = 34;
    private static final int SESSION_ID_MAX = 32;
    private static final int SERVER_NAME = 0;
    private static final int ALPN = 16;
    private static final int HOST_NAME = 0;
    private static final int HOST_CHARACTERS_MAX = 253;

    private final byte[] bytes;
    private final int end;
    private int at;
    private boolean wrong;
    private boolean nameSeen;
    private boolean alpnSeen;
    private @Nullable String serverName;
    private List<String> alpn = List.of();

    HelloBody(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    Result read() {
        skip(RANDOM_AND_VERSION);
        int session = number(1);
        wrong |= session > SESSION_ID_MAX;
        skip(session);
        int suites = number(2);
        wrong |= suites < 2 || suites % 2 != 0;
        skip(suites);
        int compressions = number(1);
        wrong |= compressions < 1;
        skip(compressions);
        if (!wrong && at < end) {
            readExtensions();
        }
        return wrong
                ? new Wrong(Flaw.MALFORMED, "a ClientHello whose parts do not fit together")
                : new Hello(new ClientHello(serverName, alpn));
    }

    private void readExtensions() {
        int length = number(2);
        wrong |= at + length != end;
        while (!wrong && at < end) {
            int type = number(2);
            int stop = stopAfter(number(2));
            if (wrong) {
                return;
            }
            if (type == SERVER_NAME) {
                wrong |= nameSeen;
                nameSeen = true;
                readServerName(stop);
            } else if (type == ALPN) {
                wrong |= alpnSeen;
                alpnSeen = true;
                readAlpn(stop);
            }
            at = stop;
        }
    }

    /** A list of names of which this version of the protocol knows one kind, once (RFC 6066, section 3). */
    private void readServerName(int stop) {
        int list = number(2);
        wrong |= at + list != stop || list == 0;
        while (!wrong && at < stop) {
            int kind = number(1);
            int length = number(2);
            wrong |= at + length > stop || length == 0;
            if (!wrong && kind == HOST_NAME) {
                wrong |= serverName != null;
                serverName = hostName(length);
            }
            skip(length);
        }
    }

    private @Nullable String hostName(int length) {
        wrong |= length > HOST_CHARACTERS_MAX + 1;
        for (int i = at; !wrong && i < at + length; i++) {
            wrong = !isHostCharacter(bytes[i]);
        }
        return wrong ? null : new String(bytes, at, length, StandardCharsets.US_ASCII);
    }

    private static boolean isHostCharacter(byte b) {
        return (b >= 'a' && b <= 'z')
                || (b >= 'A' && b <= 'Z')
                || (b >= '0' && b <= '9')
                || b == '.'
                || b == '-'
                || b == '_';
    }

    private void readAlpn(int stop) {
        int list = number(2);
        wrong |= at + list != stop || list == 0;
        List<String> protocols = new ArrayList<>(2);
        while (!wrong && at < stop) {
            int length = number(1);
            wrong |= at + length > stop || length == 0;
            if (!wrong) {
                protocols.add(new String(bytes, at, length, StandardCharsets.ISO_8859_1));
            }
            skip(length);
        }
        alpn = protocols;
    }

    private int stopAfter(int length) {
        wrong |= at + length > end;
        return at + length;
    }

    private void skip(int count) {
        wrong |= at + count > end;
        at = Math.min(at + count, end);
    }

    private int number(int size) {
        if (at + size > end) {
            wrong = true;
            return 0;
        }
        int value = 0;
        for (int i = 0; i < size; i++) {
            value = value << 8 | (bytes[at++] & 0xff);
        }
        return value;
    }
}
