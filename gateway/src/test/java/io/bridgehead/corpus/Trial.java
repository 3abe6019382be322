package io.bridgehead.corpus;

import java.io.IOException;
import java.util.Objects;

/** One run of a case: plays its client, and fails with all that came of it when client or endpoint got anything but what the case says. */
public final class Trial {
    private final Case.Run run;

    public Trial(Case.Run run) {
        this.run = run;
    }

    /** Plays a client of HTTP/1.1 at a port of loopback. @return what it got, for messages */
    public String http1(int port) throws IOException {
        try (Http1Client client = new Http1Client(port)) {
            client.send(Objects.requireNonNull(run.given().http1()), run.byteByByte());
            StringBuilder got = new StringBuilder();
            String head = "";
            for (String wanted : run.verdicts()) {
                if (Verdicts.isAboutFields(wanted)) {
                    if (!Verdicts.fieldsFit(head, wanted)) {
                        throw wrong("not so: " + wanted + " in " + Escapes.escape(head));
                    }
                    continue;
                }
                Http1Client.Answer answer = client.answer(wanted.endsWith(" head"));
                head = answer.head();
                got.append(answer.text()).append('\n');
                if (!Verdicts.fits(answer, wanted)) {
                    throw wrong("the client got " + got + " with " + Escapes.escape(answer.head()));
                }
            }
            client.endOutput();
            String rest = client.rest();
            if (!rest.isEmpty()) {
                throw wrong("the client got " + got + " and then " + Escapes.escape(rest));
            }
            return got.toString();
        }
    }

    /** Plays a client of HTTP/2 over its connection, which is closed behind it. @return what it got, for messages */
    public String http2(Http2Client connected) throws IOException {
        try (Http2Client client = connected) {
            Verdicts verdicts = Verdicts.http2(run.verdicts());
            client.send(Frames.encode(Objects.requireNonNull(run.given().frames()), true), run.byteByByte());
            if (!verdicts.ends()) {
                client.probe();
            }
            if (!client.readUntil(() -> verdicts.fit(client)) || !verdicts.fit(client)) {
                throw wrong("the client got " + client.all());
            }
            client.endOutput();
            client.readUntil(client::closed);
            if (!verdicts.fit(client)) {
                throw wrong("in the end the client got " + client.all());
            }
            return client.all();
        }
    }

    /** Compares what the endpoint got; what the client {@code got} is for messages. */
    public void judge(RecordingEndpoint.Seen seen, String got) {
        Case given = run.given();
        String received = String.join("", seen.requests());
        boolean noPart = seen.part().isEmpty() || given.partAllowed();
        if (!Verdicts.received(received, given.received(), run) || !noPart) {
            throw wrong("the endpoint got\n" + Escapes.escape(received)
                    + (noPart ? "" : "\nand the part\n" + Escapes.escape(seen.part())) + "\nthe client " + got);
        }
        Boolean keeps = given.keeps();
        if (keeps != null && keeps != seen.open() > 0) {
            throw wrong(
                    "the connection to the endpoint was " + (keeps ? "closed" : "kept") + "; the client got " + got);
        }
    }

    private AssertionError wrong(String what) {
        return new AssertionError(run + "\nwanted " + run.verdicts() + "\n" + what);
    }
}
