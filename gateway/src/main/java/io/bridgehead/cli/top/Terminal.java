package io.bridgehead.cli.top;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The terminal of this process, by {@code stty} and the sequences of ECMA-48: keys come one by one and are not echoed, and what stood there before
 * comes back at the end.
 */
public final class Terminal implements AutoCloseable {
    private static final Pattern SIZE = Pattern.compile("(\\d+) (\\d+)");
    private static final String ENTER = "\u001b[?1049h\u001b[?25l\u001b[2J";
    private static final String LEAVE = "\u001b[?25h\u001b[?1049l";
    private static final String HOME = "\u001b[H";
    private static final String END_OF_LINE = "\u001b[K";
    private static final String END_OF_SCREEN = "\u001b[J";

    private final PrintWriter out;
    private final InputStream in;
    private final String settings;
    private final Thread undo;

    private Terminal(PrintWriter out, InputStream in, String settings) {
        this.out = out;
        this.in = in;
        this.settings = settings;
        this.undo = Thread.ofPlatform().unstarted(this::restore);
    }

    /** How large it is, in characters. */
    public record Size(int rows, int columns) {
        /** Where nobody says. */
        public static final Size USUAL = new Size(24, 80);
    }

    /**
     * Takes the terminal.
     *
     * @throws IOException when there is none
     */
    public static Terminal open(PrintWriter out, InputStream in) throws IOException {
        String settings = stty("-g");
        stty("-icanon", "-echo", "min", "0", "time", "0");
        Terminal terminal = new Terminal(out, in, settings);
        Runtime.getRuntime().addShutdownHook(terminal.undo);
        out.print(ENTER);
        out.flush();
        return terminal;
    }

    /** How large it is now. */
    public Size size() {
        try {
            Matcher size = SIZE.matcher(stty("size"));
            return size.matches() && !size.group(1).equals("0")
                    ? new Size(Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2)))
                    : Size.USUAL;
        } catch (IOException e) {
            return Size.USUAL;
        }
    }

    /** The key that was pressed, or 0. */
    public int key() throws IOException {
        return in.available() > 0 ? in.read() : 0;
    }

    /** Puts lines in the place of what is shown. */
    public void draw(List<String> lines) {
        StringBuilder text = new StringBuilder(HOME);
        for (int i = 0; i < lines.size(); i++) {
            text.append(lines.get(i)).append(END_OF_LINE).append(i < lines.size() - 1 ? "\r\n" : "");
        }
        out.print(text.append(END_OF_SCREEN));
        out.flush();
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(undo);
        restore();
    }

    private void restore() {
        out.print(LEAVE);
        out.flush();
        try {
            stty(settings);
        } catch (IOException e) {
            out.println("the terminal may need 'stty sane' (" + e.getMessage() + ")");
        }
    }

    private static String stty(String... arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("stty");
        builder.command().addAll(List.of(arguments));
        Process process = builder.redirectInput(ProcessBuilder.Redirect.INHERIT).start();
        String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        try {
            if (process.waitFor() != 0) {
                throw new IOException("stty " + String.join(" ", arguments) + " ended with " + process.exitValue());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        return answer;
    }
}
