package io.bridgehead.corpus;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What a client of HTTP/2 must get, and the comparison of all that a case says with what came. */
public final class Verdicts {
    private static final String CLIENT = "(x-request-id: [0-9a-f]{32}\r\n)?"
            + "x-forwarded-for: 127\\.0\\.0\\.1\r\n"
            + "x-forwarded-proto: http\r\n"
            + "(x-forwarded-host: [^\r\n]+\r\n)?";
    private static final String BY_NODE = "([a-z]+-)?a\\.(here|there)\r\n";
    private static final String VIA = "via: (1\\.1|2) " + BY_NODE;
    private static final String TRACE = "(traceparent: 00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]\r\n)?";
    private static final String ADDED_HERE = CLIENT + VIA + TRACE;
    private static final String ADDED_THERE = CLIENT + VIA + TRACE + "via: 2 " + BY_NODE + TRACE;

    private final Map<Integer, List<Pattern>> streams = new LinkedHashMap<>();
    private final List<String> fields = new ArrayList<>();
    private String goAway = "";
    private boolean ends;

    private Verdicts() {}

    /** Whether a verdict is about the fields of the answer before it: {@code has NAME: VALUE} or {@code no NAME}. */
    public static boolean isAboutFields(String wanted) {
        return wanted.startsWith("has ") || wanted.startsWith("no ");
    }

    /** Whether the lines of a head, the first one left out, are as such a verdict says. */
    public static boolean fieldsFit(String head, String wanted) {
        return wanted.startsWith("no ")
                ? !head.contains("\r\n" + wanted.substring(3) + ":")
                : head.contains("\r\n" + wanted.substring(4) + "\r\n");
    }

    /** Whether an HTTP/1.1 answer is what a verdict says. */
    public static boolean fits(Http1Client.Answer answer, String wanted) {
        if (wanted.equals("close")) {
            return answer.status() == 0 && answer.head().isEmpty();
        }
        if (wanted.endsWith(" head")) {
            return answer.whole() && wanted.equals(answer.status() + " head");
        }
        if (wanted.matches("[45]\\d\\d")) {
            return answer.whole()
                    && wanted.equals(Integer.toString(answer.status()))
                    && answer.head().contains("\r\nproxy-status: bridgehead; error=");
        }
        return answer.text().equals(wanted);
    }

    /** Reads the verdicts for an HTTP/2 client: {@code [STREAM:] STATUS [body]}, {@code reset CODE}, {@code -}, {@code goaway CODE}, {@code close}. */
    public static Verdicts http2(List<String> lines) {
        Verdicts verdicts = new Verdicts();
        Map<Integer, StringBuilder> patterns = new LinkedHashMap<>();
        for (String line : lines) {
            if (line.startsWith("goaway ")) {
                verdicts.goAway = line.substring(7);
                verdicts.ends = true;
            } else if (line.equals("close")) {
                verdicts.ends = true;
            } else if (isAboutFields(line)) {
                verdicts.fields.add(line);
            } else {
                int colon = line.matches("\\d+: .*") ? line.indexOf(':') : -1;
                int stream = colon < 0 ? 1 : Integer.parseInt(line.substring(0, colon));
                String wanted = colon < 0 ? line : line.substring(colon + 2);
                patterns.computeIfAbsent(stream, id -> new StringBuilder()).append(pattern(wanted));
            }
        }
        patterns.forEach((stream, pattern) -> verdicts.streams
                .computeIfAbsent(stream, id -> new ArrayList<>())
                .add(Pattern.compile(pattern.toString(), Pattern.DOTALL)));
        return verdicts;
    }

    private static String pattern(String wanted) {
        if (wanted.equals("-")) {
            return "";
        }
        if (wanted.startsWith("reset ")) {
            return Pattern.quote(" " + wanted);
        }
        if (wanted.matches("1\\d\\d")) {
            return wanted + "  ?";
        }
        if (wanted.endsWith(" head")) {
            return wanted.substring(0, 3) + " \\$( reset NO_ERROR)?";
        }
        if (wanted.matches("[45]\\d\\d")) {
            return wanted + " \\(refused\\).*\\$( reset (NO_ERROR|PROTOCOL_ERROR))?";
        }
        if (wanted.endsWith(" cut")) {
            return wanted.substring(0, 3) + " [^$]* reset (INTERNAL_ERROR|CANCEL|PROTOCOL_ERROR)";
        }
        return Pattern.quote(wanted.length() == 3 ? wanted + " " : wanted) + "\\$( reset NO_ERROR)?";
    }

    /** Whether the connection must end. */
    public boolean ends() {
        return ends;
    }

    /** Whether all that must come has come, and nothing else. */
    public boolean fit(Http2Client client) {
        for (Map.Entry<Integer, List<Pattern>> stream : streams.entrySet()) {
            for (Pattern pattern : stream.getValue()) {
                if (!pattern.matcher(client.on(stream.getKey())).matches()) {
                    return false;
                }
            }
        }
        if (!fields.stream().allMatch(wanted -> fieldsFit(client.fields(), wanted))) {
            return false;
        }
        return ends ? client.closed() && (goAway.isEmpty() || client.goAway().equals(goAway)) : client.probeAnswered();
    }

    /** Whether the endpoint got exactly the bytes wanted, in which {@code {added}} stands for what the nodes add. */
    public static boolean received(String received, String wanted, Case.Run run) {
        if (wanted.equals(Case.ANYTHING)) {
            return true;
        }
        StringBuilder pattern = new StringBuilder();
        int at = 0;
        for (int found = wanted.indexOf("{added}"); found >= 0; found = wanted.indexOf("{added}", at)) {
            pattern.append(Pattern.quote(wanted.substring(at, found))).append(run.tunnel() ? ADDED_THERE : ADDED_HERE);
            at = found + "{added}".length();
        }
        pattern.append(Pattern.quote(wanted.substring(at)));
        return Pattern.compile(pattern.toString(), Pattern.DOTALL)
                .matcher(received)
                .matches();
    }
}
